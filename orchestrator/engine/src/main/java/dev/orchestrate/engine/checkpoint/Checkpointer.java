package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Timeline;
import dev.orchestrate.engine.freeze.Freezer;
import dev.orchestrate.engine.freeze.FrozenProcesses;
import dev.orchestrate.engine.freeze.Urgency;
import dev.orchestrate.engine.hooks.Hooks;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.openfiles.Holdings;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.linux.proc.ProcessTable;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.PermissionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes checkpoints: freeze, relink, snapshot, thaw. */
public final class Checkpointer {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

  private final Catalog catalog;
  private final Cancellation cancellation;
  private final CheckpointProgress progress;
  private final Trace trace;

  /** For one checkpoint, or one set of them. */
  public Checkpointer(Catalog catalog, Cancellation cancellation, CheckpointProgress progress) {
    this.catalog = catalog;
    this.cancellation = cancellation;
    this.progress = progress;
    this.trace = new Trace(progress);
  }

  /** What it has done so far. */
  public Timeline timeline() {
    return trace.timeline();
  }

  /**
   * Carries out plans, of which {@link dev.orchestrate.engine.plan.Planner#planSet} knows that they
   * go together: the processes are frozen once, so that all checkpoints are of one moment. Whatever
   * fails: nobody stays frozen, and no relink, snapshot or entry in the catalog is left of any.
   *
   * @return one for each plan
   */
  public List<Manifest> checkpoint(List<Plan> plans) {
    try (CompleteSet complete = complete(plans, List.of())) {
      complete.finish();
      return complete.manifests();
    }
  }

  /** The same, for checkpoints that go with this command. */
  public TemporarySet checkpointTemporarily(List<Plan> plans) {
    return new TemporarySet(catalog, plans, complete(plans, List.of(new Entry.Temporary())));
  }

  private CompleteSet complete(List<Plan> plans, List<Entry> notes) {
    try (Holders holders = Holders.of(plans)) {
      return new Run(plans, Identity.random(plans.size()), holders, false).checkpoint(notes);
    }
  }

  /**
   * Makes a checkpoint whose processes stand still after it is complete, for somebody to take it
   * elsewhere before they go on, or do not.
   *
   * @param most how long they may stand still in all
   * @throws NotFoundException if there is nobody to be frozen
   * @throws PermissionException if somebody whom the user has named can't be looked at, or ended
   */
  public HeldCheckpoint checkpointAndHold(Plan plan, Duration most) {
    List<Plan> plans = List.of(plan);
    try (Holders holders = Holders.of(plans)) {
      return new Run(plans, Identity.random(1), holders, true).checkpointAndHold(most);
    }
  }

  /** One set in the making. */
  private final class Run {
    private final List<Plan> plans;
    private final List<Identity> identities;
    private final Holders holders;
    private final boolean holding;
    private final SharedTables tables = new SharedTables();
    private final Map<Integer, ProcessDetails> details = new LinkedHashMap<>();

    /**
     * @param holding whether the processes stand still until all is done
     */
    Run(List<Plan> plans, List<Identity> identities, Holders holders, boolean holding) {
      this.plans = plans;
      this.identities = identities;
      this.holders = holders;
      this.holding = holding;
    }

    CompleteSet checkpoint(List<Entry> notes) {
      try (Members members = begin(notes)) {
        List<Manifest> manifests =
            Urgency.during(
                () -> {
                  rehearse(members);
                  return freezeRelinkTakeAndThaw(members);
                });
        hooks().afterThaw(members.journal());
        return store(members, manifests);
      }
    }

    HeldCheckpoint checkpointAndHold(Duration most) {
      try (Members members = begin(List.of(new Entry.Holding()))) {
        return Urgency.during(
            () -> {
              rehearse(members);
              HeldCheckpoint.requireEndable(details.keySet(), holders);
              FrozenProcesses processes = prepareFreeze(members, most);
              try {
                List<ManifestBuilder> files = freezeRelinkAndTake(members, processes);
                processes.requireStandStill(); // or the snapshot is not of one moment
                trace.begin("write the manifest", true);
                CompleteSet complete = store(members, manifests(members, files, processes));
                return new HeldCheckpoint(complete, processes, recorded(), hooks());
              } catch (RuntimeException | Error e) {
                try (processes) {
                  throw e;
                }
              }
            });
      }
    }

    private Hooks hooks() {
      return plans.get(0).request().hooks();
    }

    /** All that can be done before those are known who will be frozen. */
    private Members begin(List<Entry> notes) {
      trace.begin("scan", false);
      remember(holders.find());
      trace.begin("journal, relink", false);
      Members members = Members.begin(plans, identities, catalog, holders.held());
      try {
        members.relinkEarly(holders.held(), notes);
        trace.begin("prepare the snapshot", false);
        members.prepare(holders.held(), progress);
        hooks().beforeFreeze(members.journal(), cancellation::check);
        trace.begin("rehearse", false);
        System.gc(); // the first scan's garbage goes, or the rehearsals' memory comes on top of it
        return members;
      } catch (RuntimeException | Error e) {
        try (members) {
          throw e;
        }
      }
    }

    private CompleteSet store(Members members, List<Manifest> manifests) {
      trace.begin("unlink the relinks", holding);
      members.unlinkRelinks();
      trace.begin("seal the snapshot", holding);
      List<byte[]> json = members.seal(manifests);
      cancellation.check();
      trace.begin("list in the catalog", holding);
      CompleteSet complete = members.list(manifests, json, trace.timeline());
      if (!holding) {
        trace.end();
      }
      return complete;
    }

    /**
     * What changed meanwhile is found and relinked now, so that little is left to do while the
     * processes stand still.
     */
    private void rehearse(Members members) {
      remember(holders.findMore());
      holders.prepareRescan();
      Rehearsals.of(() -> rehearseOnce(members));
      if (!holders.holdMany()) {
        collectGarbage();
        rehearseOnce(members); // what the collection has moved is in the processor's caches again
      }
      trace.begin("write back", false);
      members.writeBack();
      remember(holders.findMore()); // whoever came meanwhile, which may have taken long
    }

    /** So that none has to be collected in the frozen time. */
    private static void collectGarbage() {
      System.gc();
    }

    private void rehearseOnce(Members members) {
      List<Holdings> open = holders.rescan(details.keySet());
      List<Integer> running = ProcessTable.pids();
      holders.passOverOurOwn(running); // others are looked at when they have become what they are
      requireNoTableShared(running);
      members.rehearse(open, details);
    }

    private List<Manifest> freezeRelinkTakeAndThaw(Members members) {
      try (FrozenProcesses processes = prepareFreeze(members, plans.get(0).request().maxFrozen())) {
        List<ManifestBuilder> files = freezeRelinkAndTake(members, processes);
        trace.begin("thaw", true);
        processes.thaw();
        trace.begin("write the manifest", false);
        processes.requireStoodStill();
        List<Manifest> manifests = manifests(members, files, processes);
        progress.thawed(manifests);
        return manifests;
      }
    }

    private FrozenProcesses prepareFreeze(Members members, Duration most) {
      cancellation.check();
      trace.begin("prepare the freeze", false);
      Duration usual = plans.get(0).request().maxFrozen();
      Duration wait = most.compareTo(usual) < 0 ? most : usual;
      return new Freezer(identities.get(0).common(), most, wait, members.journal())
          .prepare(details.keySet());
    }

    private List<ManifestBuilder> freezeRelinkAndTake(Members members, FrozenProcesses processes) {
      processes.guard();
      List<Integer> running = ProcessTable.pids();
      requireNoTableShared(running); // by the guard, which need not be asked in the frozen time
      holders.passOverOurOwn(running);
      if (holders.holdMany()) {
        collectGarbage(); // later, as the frozen time needs all the memory that there is until then
      }
      trace.begin("freeze", true);
      processes.freeze();
      trace.begin("scan", true);
      List<Holdings> open = scanFrozen(processes);
      trace.begin("relink", true);
      List<ManifestBuilder> files = members.relink(open, details);
      cancellation.check();
      trace.begin("take the snapshot", true);
      members.take();
      return files;
    }

    private List<Manifest> manifests(
        Members members, List<ManifestBuilder> files, FrozenProcesses processes) {
      holders.forget();
      members.forgetNames();
      for (ManifestBuilder one : files) {
        one.warn(holders.warnings());
        one.explain(processes.methods());
      }
      return members.manifests(files, processes.micros());
    }

    private List<ProcessIdentity> recorded() {
      return details.values().stream().map(one -> one.status().identity()).toList();
    }

    private List<Holdings> scanFrozen(FrozenProcesses processes) {
      List<Holdings> open = new ArrayList<>(holders.rescan(details.keySet()));
      List<Integer> running = ProcessTable.pids();
      Map<Integer, Holdings> born = holders.findNew(running);
      while (!born.isEmpty()) {
        LOG.info("freeze {} too, which appeared meanwhile", born.keySet());
        processes.freezeAlso(born.keySet());
        remember(born);
        born.keySet().retainAll(details.keySet()); // others have ended meanwhile
        open.addAll(holders.rescan(born.keySet()));
        running = ProcessTable.pids();
        born = holders.findNew(running);
      }
      requireNoTableShared(running);
      return open;
    }

    /**
     * @param running all processes, as they were when those that stand still did so already
     */
    private void requireNoTableShared(List<Integer> running) {
      tables.requireNoneOutside(details.keySet(), holders.tables(details.keySet()), running);
    }

    private void remember(Map<Integer, Holdings> found) {
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
