package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Timeline;
import dev.orchestrate.engine.closing.ClosingStack;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.openfiles.Holdings;
import dev.orchestrate.engine.openfiles.ProcessFiles;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.plan.ProcessSelection;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a set in the making; one that is made alone is a set of one. Unless they are
 * said to be complete, closing this undoes all of them.
 */
final class Members implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Members.class);

  /** Made before anybody stands still: for a Java machine, the first time takes longest. */
  private static final Consumer<Member> TAKE = Member::take;

  private final List<Member> members = new ArrayList<>();
  private final boolean holdersOnly;
  private final Simultaneously simultaneously;

  private Members(List<Plan> plans) {
    ProcessSelection selection = plans.get(0).request().selection();
    this.holdersOnly = plans.size() > 1 && selection instanceof ProcessSelection.Holders;
    this.simultaneously = new Simultaneously(plans.size());
  }

  /**
   * Begins one for each plan.
   *
   * @param held by running processes
   */
  static Members begin(
      List<Plan> plans, List<Identity> identities, Catalog catalog, Collection<Holdings> held) {
    Members begun = new Members(plans);
    try {
      for (int i = 0; i < plans.size(); i++) {
        List<ProcessFiles> ofMember = begun.ofMember(i, held);
        begun.members.add(Member.begin(plans.get(i), identities.get(i), catalog, ofMember));
      }
      return begun;
    } catch (RuntimeException | Error e) {
      try (begun) {
        throw e;
      }
    }
  }

  /** What is held on one target. Of a set, a process is recorded where it holds something. */
  private List<ProcessFiles> ofMember(int number, Collection<Holdings> held) {
    return held.stream()
        .map(process -> process.byTarget().get(number))
        .filter(files -> !holdersOnly || !files.isEmpty())
        .toList();
  }

  /** The journal that tells whom to thaw. */
  Journal journal() {
    return members.get(0).journal();
  }

  void relinkEarly(Collection<Holdings> held, List<Entry> notes) {
    members.forEach(member -> member.note(notes));
    for (int i = 0; i < members.size(); i++) {
      members.get(i).relinkEarly(ofMember(i, held));
    }
  }

  void prepare(Collection<Holdings> held, Progress progress) {
    for (int i = 0; i < members.size(); i++) {
      members.get(i).prepare(ofMember(i, held), progress);
    }
  }

  void rehearse(Collection<Holdings> held, Map<Integer, ProcessDetails> details) {
    for (int i = 0; i < members.size(); i++) {
      members.get(i).rehearse(ofMember(i, held), details);
    }
    simultaneously.rehearse();
  }

  /** What is on its way to the disk is there before anybody stands still. */
  void writeBack() {
    members.forEach(Member::writeBack);
  }

  List<ManifestBuilder> relink(Collection<Holdings> held, Map<Integer, ProcessDetails> details) {
    List<ManifestBuilder> files = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      files.add(members.get(i).relink(ofMember(i, held), details));
    }
    return files;
  }

  /** Takes all snapshots: the point in time, since nobody runs before the last is taken. */
  void take() {
    simultaneously.run(members, TAKE);
  }

  /** To be called when no process is going to be looked at again. */
  void forgetNames() {
    members.forEach(Member::forgetNames);
  }

  List<Manifest> manifests(List<ManifestBuilder> files, long frozenMicros) {
    List<Manifest> manifests = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      manifests.add(members.get(i).manifest(files.get(i), frozenMicros));
    }
    return manifests;
  }

  void unlinkRelinks() {
    members.forEach(Member::unlinkRelinks);
  }

  /** Returns the manifests as the snapshots have them. */
  List<byte[]> seal(List<Manifest> manifests) {
    List<byte[]> json = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      json.add(members.get(i).seal(manifests.get(i)));
    }
    return json;
  }

  /** Lists all in the catalog; none counts as complete before the last does. */
  CompleteSet list(List<Manifest> manifests, List<byte[]> json, Timeline timeline) {
    for (int i = 0; i < members.size(); i++) {
      members.get(i).list(manifests.get(i), json.get(i), timeline);
    }
    List<Journal> journals = members.stream().map(Member::complete).toList();
    if (journals.size() > 1) {
      journals.forEach(Members::noteComplete);
    }
    return new CompleteSet(manifests, journals);
  }

  /** All have their manifests by now, which is what makes them complete. */
  private static void noteComplete(Journal journal) {
    try {
      journal.note(List.of(new Entry.SetComplete()));
    } catch (OrchestrateException | SystemCallException e) {
      LOG.warn("the journal of a complete checkpoint can't be written: {}", e.getMessage());
    }
  }

  /** The first goes first: its journal tells which hooks wait for all to be thawed. */
  @Override
  public void close() {
    ClosingStack endings = new ClosingStack();
    endings.push(simultaneously::close);
    for (int i = members.size() - 1; i >= 0; i--) {
      endings.push(members.get(i)::close);
    }
    endings.close();
  }
}
