package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.catalog.Timeline;
import dev.orchestrate.engine.catalog.Timelines;
import dev.orchestrate.engine.freeze.Freezer;
import dev.orchestrate.engine.freeze.FrozenProcesses;
import dev.orchestrate.engine.freeze.Urgency;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.openfiles.Held;
import dev.orchestrate.engine.openfiles.OriginalNames;
import dev.orchestrate.engine.openfiles.OriginalNames.Name;
import dev.orchestrate.engine.openfiles.ProcessFiles;
import dev.orchestrate.engine.plan.CheckpointRequest;
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
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes checkpoints: freeze, relink, snapshot, thaw. */
public final class Checkpointer {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
  private static final int REHEARSALS = 3;

  private final Catalog catalog;
  private final Cancellation cancellation;
  private final Progress progress;
  private final Trace trace = new Trace();

  /**
   * For one checkpoint.
   *
   * @param progress of what is done before anybody is frozen
   */
  public Checkpointer(Catalog catalog, Cancellation cancellation, Progress progress) {
    this.catalog = catalog;
    this.cancellation = cancellation;
    this.progress = progress;
  }

  /** What it has done so far. */
  public Timeline timeline() {
    return trace.timeline();
  }

  /**
   * Carries out a plan. Whatever fails: nobody stays frozen, and no relink, snapshot or entry in
   * the catalog is left.
   */
  public Manifest checkpoint(Plan plan) {
    try (CompleteCheckpoint complete = complete(plan, List.of())) {
      complete.journal().finish();
      return complete.manifest();
    }
  }

  /** The same, for a checkpoint that goes with this command. */
  public TemporaryCheckpoint checkpointTemporarily(Plan plan) {
    return new TemporaryCheckpoint(
        catalog, plan.backend(), complete(plan, List.of(new Entry.Temporary())));
  }

  private CompleteCheckpoint complete(Plan plan, List<Entry> notes) {
    try (Directory top = Directory.open(plan.target().path());
        Holders holders = Holders.of(plan.target(), plan.fit(), plan.request().selection())) {
      return new Run(plan, top, CheckpointId.random(), holders).checkpoint(notes);
    }
  }

  /** One checkpoint in the making. */
  private final class Run {
    private final Plan plan;
    private final CheckpointRequest request;
    private final SnapshotBackend backend;
    private final Directory top;
    private final String id;
    private final Instant created = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final OriginalNames names;
    private final UnlinkedFiles unlinked;
    private final Holders holders;
    private final SharedTables tables = new SharedTables();
    private final Map<Integer, ProcessDetails> details = new LinkedHashMap<>();

    Run(Plan plan, Directory top, String id, Holders holders) {
      this.plan = plan;
      this.request = plan.request();
      this.backend = plan.backend();
      this.top = top;
      this.id = id;
      this.names = new OriginalNames(top, plan.target().pathInFilesystem());
      this.unlinked = new UnlinkedFiles(names);
      this.holders = holders;
    }

    CompleteCheckpoint checkpoint(List<Entry> notes) {
      RelinkFolder.requirePlace(top, request.template().folder(id));
      trace.begin("scan", false);
      Map<Integer, ProcessFiles> before = holders.find();
      remember(before);
      trace.begin("journal, relink", false);
      SnapshotRequest snapshot = snapshotRequest(before);
      try (UnfinishedCheckpoint unfinished =
              UnfinishedCheckpoint.begin(plan, snapshot, created, catalog);
          Relinker relinker = relinkEarly(before)) {
        unfinished.journal().note(notes);
        if (!request.label().isEmpty()) {
          new Labels(catalog).write(id, request.label());
        }
        trace.begin("prepare the snapshot", false);
        backend.prepare(unfinished.reference(), snapshot, progress);
        stageEarly(before, relinker, unfinished.reference());
        request.hooks().beforeFreeze(unfinished.journal());
        trace.begin("rehearse", false);
        Manifest manifest =
            Urgency.during(
                () -> {
                  rehearse(relinker);
                  return freezeRelinkAndTake(relinker, unfinished);
                });
        request.hooks().afterThaw(unfinished.journal());
        trace.begin("unlink the relinks", false);
        if (keepsRelinks()) {
          relinker.keepNames();
        } else {
          relinker.removeNames();
        }
        trace.begin("seal the snapshot", false);
        byte[] json = ManifestFormat.write(manifest);
        backend.seal(
            unfinished.reference(),
            new Sealing(json, manifest.manifestPath(), relinker.revivals()));
        cancellation.check();
        trace.begin("list in the catalog", false);
        new Timelines(catalog).write(id, trace.timeline());
        catalog.complete(manifest, json);
        trace.end();
        return new CompleteCheckpoint(manifest, unfinished.complete());
      }
    }

    private boolean keepsRelinks() {
      return plan.fit().capabilities().contains(Capability.KEEPS_RELINKS);
    }

    private SnapshotRequest snapshotRequest(Map<Integer, ProcessFiles> files) {
      return new SnapshotRequest(
          plan.target(),
          id,
          request.template().folder(id),
          namesMappedForWriting(files),
          request.settings());
    }

    private Set<RawPath> namesMappedForWriting(Map<Integer, ProcessFiles> files) {
      Set<RawPath> mapped = new TreeSet<>();
      for (Held held : (Iterable<Held>) ProcessFiles.mappedForWriting(files.values())::iterator) {
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

    /** Most links can be made while the processes run, which shortens the time that they don't. */
    private Relinker relinkEarly(Map<Integer, ProcessFiles> before) {
      Relinker relinker =
          new Relinker(
              top, request.template(), id, plan.fit().volumes(), plan.fit().capabilities());
      try {
        unlinked.of(before.values(), (held, name) -> relinker.relinkEarly(held, name.path()));
        relinker.sync();
        return relinker;
      } catch (RuntimeException | Error e) {
        relinker.close();
        throw e;
      }
    }

    /** Contents that have to be copied are, as far as possible, while the processes run. */
    private void stageEarly(
        Map<Integer, ProcessFiles> before, Relinker relinker, SnapshotReference reference) {
      if (plan.fit().capabilities().contains(Capability.STAGES_CONTENTS)) {
        relinker.stageIn(backend.staging(reference));
        relinker.expectChanges(ProcessFiles.mappedForWriting(before.values()));
        unlinked.of(before.values(), (held, name) -> relinker.stageEarly(held, name.path()));
      }
    }

    /**
     * What changed meanwhile is found and relinked now, so that little is left to do while the
     * processes stand still. And what is done then is done several times before, since it costs a
     * Java machine ten times as much at the first time.
     */
    private void rehearse(Relinker relinker) {
      remember(holders.findMore());
      holders.prepareRescan();
      for (int i = 0; i < REHEARSALS; i++) {
        List<ProcessFiles> now = holders.rescan(details.keySet());
        unlinked.of(now, (held, name) -> relinker.relinkEarly(held, name.path()));
        try {
          new ManifestBuilder(now, details, names, (held, name) -> relinker.known(held));
        } catch (IllegalArgumentException e) {
          LOG.debug("changed while they were put in order: {}", e.getMessage());
        } catch (SystemCallException e) {
          if (!e.is(Errno.ENOENT, Errno.ESRCH, Errno.EBADF)) {
            throw e;
          }
          LOG.debug("closed during the rehearsal: {}", e.getMessage());
        }
      }
    }

    private Manifest freezeRelinkAndTake(Relinker relinker, UnfinishedCheckpoint unfinished) {
      cancellation.check();
      SnapshotReference reference = unfinished.reference();
      trace.begin("prepare the freeze", false);
      try (FrozenProcesses processes =
          new Freezer(id, request.maxFrozen(), unfinished.journal()).prepare(details.keySet())) {
        requireNoTableShared();
        processes.guard();
        requireNoTableShared(); // by the guard, which need not be asked in the frozen time then
        holders.passOverOurOwn();
        trace.begin("freeze", true);
        processes.freeze();
        trace.begin("scan", true);
        List<ProcessFiles> open = scanFrozen(processes);
        trace.begin("relink", true);
        relinker.expectChanges(ProcessFiles.mappedForWriting(open));
        ManifestBuilder files =
            new ManifestBuilder(
                open, details, names, (held, name) -> Optional.of(relinker.relink(held, name)));
        cancellation.check();
        trace.begin("take the snapshot", true);
        backend.take(reference);
        trace.begin("thaw", true);
        processes.thaw();
        trace.begin("write the manifest", false);
        processes.requireStoodStill();
        files.warn(holders.warnings());
        files.explain(processes.methods());
        return files.manifest(id, created, plan, reference, processes.micros());
      }
    }

    private List<ProcessFiles> scanFrozen(FrozenProcesses processes) {
      List<ProcessFiles> open = new ArrayList<>(holders.rescan(details.keySet()));
      Map<Integer, ProcessFiles> born = holders.findNew();
      while (!born.isEmpty()) {
        LOG.info("freeze {} too, which appeared meanwhile", born.keySet());
        processes.freezeAlso(born.keySet());
        remember(born);
        born.keySet().retainAll(details.keySet()); // others have ended meanwhile
        open.addAll(holders.rescan(born.keySet()));
        born = holders.findNew();
      }
      requireNoTableShared();
      return open;
    }

    private void requireNoTableShared() {
      tables.requireNoneOutside(details.keySet(), holders.tables(details.keySet()));
    }

    private void remember(Map<Integer, ProcessFiles> found) {
      for (int pid : found.keySet()) {
        try {
          details.put(pid, ProcessDetails.of(pid));
        } catch (SystemCallException e) {
          if (!e.is(Errno.ENOENT, Errno.ESRCH)) {
            throw e;
          }
        }
      }
    }
  }
}
