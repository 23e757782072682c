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
import dev.orchestrate.engine.plan.CheckpointRequest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes checkpoints: freeze, relink, snapshot, thaw. */
public final class Checkpointer {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
  private static final int REHEARSALS = 3;

  private final Catalog catalog;
  private final Cancellation cancellation;
  private final Progress progress;
  private final Trace trace;

  /**
   * For one checkpoint, or one set of them.
   *
   * @param progress told of each step while nobody stands still
   */
  public Checkpointer(Catalog catalog, Cancellation cancellation, Progress progress) {
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
      return new Run(plans, Identity.random(plans.size()), holders).checkpoint(notes);
    }
  }

  /** One set in the making. */
  private final class Run {
    private final List<Plan> plans;
    private final List<Identity> identities;
    private final Holders holders;
    private final SharedTables tables = new SharedTables();
    private final Map<Integer, ProcessDetails> details = new LinkedHashMap<>();

    Run(List<Plan> plans, List<Identity> identities, Holders holders) {
      this.plans = plans;
      this.identities = identities;
      this.holders = holders;
    }

    CompleteSet checkpoint(List<Entry> notes) {
      Hooks hooks = plans.get(0).request().hooks();
      trace.begin("scan", false);
      Map<Integer, Holdings> before = holders.find();
      remember(before);
      trace.begin("journal, relink", false);
      try (Members members = Members.begin(plans, identities, catalog, before.values())) {
        members.relinkEarly(before.values(), notes);
        trace.begin("prepare the snapshot", false);
        members.prepare(before.values(), progress);
        hooks.beforeFreeze(members.journal(), cancellation::check);
        trace.begin("rehearse", false);
        List<Manifest> manifests =
            Urgency.during(
                () -> {
                  rehearse(members);
                  return freezeRelinkAndTake(members);
                });
        hooks.afterThaw(members.journal());
        trace.begin("unlink the relinks", false);
        members.unlinkRelinks();
        trace.begin("seal the snapshot", false);
        List<byte[]> json = members.seal(manifests);
        cancellation.check();
        trace.begin("list in the catalog", false);
        CompleteSet complete = members.list(manifests, json, trace.timeline());
        trace.end();
        return complete;
      }
    }

    /**
     * What changed meanwhile is found and relinked now, so that little is left to do while the
     * processes stand still. And what is done then is done several times before, since it costs a
     * Java machine ten times as much at the first time.
     */
    private void rehearse(Members members) {
      remember(holders.findMore());
      holders.prepareRescan();
      for (int i = 0; i < REHEARSALS; i++) {
        members.rehearse(holders.rescan(details.keySet()), details);
      }
    }

    private List<Manifest> freezeRelinkAndTake(Members members) {
      cancellation.check();
      CheckpointRequest request = plans.get(0).request();
      trace.begin("prepare the freeze", false);
      try (FrozenProcesses processes =
          new Freezer(identities.get(0).common(), request.maxFrozen(), members.journal())
              .prepare(details.keySet())) {
        requireNoTableShared();
        processes.guard();
        requireNoTableShared(); // by the guard, which need not be asked in the frozen time then
        holders.passOverOurOwn();
        trace.begin("freeze", true);
        processes.freeze();
        trace.begin("scan", true);
        List<Holdings> open = scanFrozen(processes);
        trace.begin("relink", true);
        List<ManifestBuilder> files = members.relink(open, details);
        cancellation.check();
        trace.begin("take the snapshot", true);
        members.take();
        trace.begin("thaw", true);
        processes.thaw();
        trace.begin("write the manifest", false);
        processes.requireStoodStill();
        for (ManifestBuilder one : files) {
          one.warn(holders.warnings());
          one.explain(processes.methods());
        }
        return members.manifests(files, processes.micros());
      }
    }

    private List<Holdings> scanFrozen(FrozenProcesses processes) {
      List<Holdings> open = new ArrayList<>(holders.rescan(details.keySet()));
      Map<Integer, Holdings> born = holders.findNew();
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
