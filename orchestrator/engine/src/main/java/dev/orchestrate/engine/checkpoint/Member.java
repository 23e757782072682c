package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.catalog.Timeline;
import dev.orchestrate.engine.catalog.Timelines;
import dev.orchestrate.engine.checkpoint.ManifestBuilder.Relinks;
import dev.orchestrate.engine.closing.ClosingStack;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.openfiles.Held;
import dev.orchestrate.engine.openfiles.OriginalNames;
import dev.orchestrate.engine.openfiles.OriginalNames.Name;
import dev.orchestrate.engine.openfiles.ProcessFiles;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.relink.RelinkFolder;
import dev.orchestrate.engine.relink.Relinker;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.SnapshotRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One checkpoint of a set in the making: its phases, in the order in which they come. Unless it is
 * said to be complete, closing it undoes them.
 */
final class Member implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Member.class);

  private final Plan plan;
  private final Identity identity;
  private final Catalog catalog;
  private final Directory top;
  private final OriginalNames names;
  private final UnlinkedFiles unlinked;
  private final SnapshotRequest request;
  private final UnfinishedCheckpoint unfinished;
  private final Relinker relinker;
  private final Relinks relinks;
  private final Relinks ifRelinked;
  private final ClosingStack endings;

  private Member(
      Plan plan,
      Identity identity,
      Catalog catalog,
      Directory top,
      List<ProcessFiles> held,
      ClosingStack endings) {
    this.plan = plan;
    this.identity = identity;
    this.catalog = catalog;
    this.endings = endings;
    this.top = top;
    this.names = new OriginalNames(top, plan.target().pathInFilesystem());
    this.unlinked = new UnlinkedFiles(names);
    RawPath folder = plan.request().template().folder(identity.id());
    RelinkFolder.requirePlace(top, folder);
    this.request =
        new SnapshotRequest(
            plan.target(),
            identity.id(),
            folder,
            namesMappedForWriting(held),
            plan.request().settings());
    this.unfinished = UnfinishedCheckpoint.begin(plan, request, identity, catalog);
    endings.push(unfinished::close);
    this.relinker =
        new Relinker(
            top,
            plan.request().template(),
            identity.id(),
            plan.fit().volumes(),
            plan.fit().capabilities());
    endings.push(relinker::close);
    // made before anybody stands still: for a Java machine, the first time takes longest
    this.relinks = (one, name) -> Optional.of(relinker.relink(one, name));
    this.ifRelinked = relinker::ifRelinked;
  }

  /**
   * Notes in a journal of its own what is going to be made.
   *
   * @param held on its target, by running processes
   */
  static Member begin(Plan plan, Identity identity, Catalog catalog, List<ProcessFiles> held) {
    ClosingStack endings = new ClosingStack();
    try {
      Directory top = Directory.open(plan.target().path());
      endings.push(top::close);
      return new Member(plan, identity, catalog, top, held, endings);
    } catch (RuntimeException | Error e) {
      try (endings) {
        throw e;
      }
    }
  }

  private Set<RawPath> namesMappedForWriting(List<ProcessFiles> files) {
    Set<RawPath> mapped = new TreeSet<>();
    for (Held held : (Iterable<Held>) ProcessFiles.mappedForWriting(files)::iterator) {
      try {
        Name name = names.of(held);
        if (name.leadsThere()) {
          mapped.add(name.path());
        }
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT, Errno.ESRCH)) {
          throw e;
        }
      }
    }
    return mapped;
  }

  Journal journal() {
    return unfinished.journal();
  }

  /** Notes what else others should know, and writes on it what the user wants. */
  void note(List<Entry> notes) {
    journal().note(notes);
    if (!plan.request().label().isEmpty()) {
      new Labels(catalog).write(identity.id(), plan.request().label());
    }
  }

  /** Most links can be made while the processes run, which shortens the time that they don't. */
  void relinkEarly(List<ProcessFiles> held) {
    unlinked.of(held, (one, name) -> relinker.relinkEarly(one, name.path()));
    relinker.sync();
  }

  /** Contents that have to be copied are, as far as possible, while the processes run. */
  void prepare(List<ProcessFiles> held, Progress progress) {
    plan.backend().prepare(unfinished.reference(), request, progress);
    if (plan.fit().capabilities().contains(Capability.STAGES_CONTENTS)) {
      relinker.stageIn(plan.backend().staging(unfinished.reference()));
      relinker.expectChanges(ProcessFiles.mappedForWriting(held));
      unlinked.of(held, (one, name) -> relinker.stageEarly(one, name.path()));
    }
  }

  /** Does what {@link #relink} will do, while the processes run. */
  void rehearse(List<ProcessFiles> held, Map<Integer, ProcessDetails> details) {
    unlinked.of(held, (one, name) -> relinker.relinkEarly(one, name.path()));
    relinker.expectChanges(Stream.empty()); // what is mapped counts in the frozen time only
    try {
      new ManifestBuilder(held, details, names, ifRelinked);
    } catch (IllegalArgumentException e) {
      LOG.debug("changed while they were put in order: {}", e.getMessage());
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ESRCH, Errno.EBADF)) {
        throw e;
      }
      LOG.debug("closed during the rehearsal: {}", e.getMessage());
    }
  }

  /**
   * A snapshot of one moment would write in the frozen time what was written since {@link #prepare}
   * and is in memory only.
   */
  void writeBack() {
    if (plan.fit().capabilities().contains(Capability.ATOMIC)) {
      top.fd().syncFilesystem();
    }
  }

  /** Names all that the frozen processes hold on its target. */
  ManifestBuilder relink(List<ProcessFiles> held, Map<Integer, ProcessDetails> details) {
    relinker.expectChanges(ProcessFiles.mappedForWriting(held));
    return new ManifestBuilder(held, details, names, relinks);
  }

  /** The point in time. */
  void take() {
    plan.backend().take(unfinished.reference());
  }

  /** What was kept for a next look has no use any more. */
  void forgetNames() {
    names.forget();
  }

  Manifest manifest(ManifestBuilder files, long frozenMicros) {
    return files.manifest(identity, plan, unfinished.reference(), frozenMicros);
  }

  /** Takes the names away from the live tree, unless the backend needs them there. */
  void unlinkRelinks() {
    if (plan.fit().capabilities().contains(Capability.KEEPS_RELINKS)) {
      relinker.keepNames();
    } else {
      relinker.removeNames();
    }
  }

  /** Returns the manifest as the snapshot has it, and the catalog is to have it. */
  byte[] seal(Manifest manifest) {
    byte[] json = ManifestFormat.write(manifest);
    plan.backend()
        .seal(
            unfinished.reference(),
            new Sealing(json, manifest.manifestPath(), relinker.revivals()));
    return json;
  }

  void list(Manifest manifest, byte[] json, Timeline timeline) {
    new Timelines(catalog).write(identity.id(), timeline);
    catalog.complete(manifest, json);
  }

  /** It stays; its journal is the caller's. */
  Journal complete() {
    return unfinished.complete();
  }

  @Override
  public void close() {
    endings.close();
  }
}
