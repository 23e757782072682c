package dev.orchestrate.engine.freeze;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.cgroup.Cgroup;
import dev.orchestrate.linux.cgroup.Cgroup.Version;
import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.linux.proc.ProcessStatus;
import dev.orchestrate.linux.proc.ProcessTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how each process is frozen: by its control group if nobody else is in it, by one made for
 * the purpose otherwise, version 2 before version 1, and by signals as the last resort.
 */
public final class Freezer {
  private static final Logger LOG = LoggerFactory.getLogger(Freezer.class);

  private final String id;
  private final Duration most;
  private final Duration wait;
  private final Journal journal;
  private int groups;

  /**
   * @param id of the checkpoint, for the names of control groups
   * @param most how long processes may stand still
   * @param wait how long it may take until all do; not longer than that
   * @param journal of the checkpoint
   */
  public Freezer(String id, Duration most, Duration wait, Journal journal) {
    this.id = id;
    this.most = most;
    this.wait = wait;
    this.journal = journal;
  }

  /** Makes everything ready; nobody is frozen yet. Moving a process takes milliseconds. */
  public FrozenProcesses prepare(Collection<Integer> pids) {
    FrozenProcesses frozen = new FrozenProcesses(this, most, wait, journal);
    try {
      frozen.add(pids);
      return frozen;
    } catch (RuntimeException | Error e) {
      frozen.close();
      throw e;
    }
  }

  List<FreezeUnit> units(Set<Integer> pids) {
    List<FreezeUnit> units = new ArrayList<>();
    Map<Optional<Cgroup>, List<Integer>> byGroup = new LinkedHashMap<>();
    for (int pid : pids) {
      try {
        byGroup.computeIfAbsent(group(pid), key -> new ArrayList<>()).add(pid);
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT, Errno.ESRCH)) {
          throw e;
        }
      }
    }
    try {
      byGroup.forEach((group, members) -> units.addAll(units(group, members)));
    } catch (RuntimeException | Error e) {
      units.forEach(FreezeUnit::dissolve);
      throw e;
    }
    units.forEach(unit -> LOG.info("freeze {} by {}", unit.pids(), unit.method()));
    return units;
  }

  private static Optional<Cgroup> group(int pid) {
    return Cgroup.of(pid, Version.V2).or(() -> Cgroup.of(pid, Version.V1));
  }

  private List<FreezeUnit> units(Optional<Cgroup> group, List<Integer> pids) {
    if (group.isEmpty()) {
      return signals(pids, "there is no cgroup freezer here");
    }
    Cgroup cgroup = group.get();
    if (!cgroup.isRoot()) {
      if (cgroup.isFreezing()) {
        return List.of(new FreezeUnit.Untouched(pids, cgroup + ": it is frozen already"));
      }
      if (pids.containsAll(cgroup.processes()) && mayFreeze(cgroup)) {
        return List.of(new FreezeUnit.WholeCgroup(cgroup, pids));
      }
    }
    return ownGroup(cgroup, pids);
  }

  private static boolean mayFreeze(Cgroup cgroup) {
    return java.nio.file.Files.isWritable(java.nio.file.Path.of(cgroup.controlFile().text()));
  }

  private List<FreezeUnit> ownGroup(Cgroup origin, List<Integer> pids) {
    try {
      return List.of(moveToOwnGroup(origin, pids));
    } catch (SystemCallException e) {
      if (origin.version() == Version.V2) {
        List<FreezeUnit> units = new ArrayList<>();
        LOG.debug("no group below {}: {}", origin, e.getMessage());
        for (int pid : pids) {
          Optional<Cgroup> older = Cgroup.of(pid, Version.V1);
          units.addAll(
              older.isPresent()
                  ? units(older, List.of(pid))
                  : signals(List.of(pid), "no cgroup can be made: " + e.getMessage()));
        }
        return units;
      }
      return signals(pids, "no cgroup can be made: " + e.getMessage());
    }
  }

  private FreezeUnit moveToOwnGroup(Cgroup origin, List<Integer> pids) {
    Cgroup own = origin.child("orchestrate-" + id + "-" + groups++);
    journal.note(List.of(new Entry.Group(own.folder(), origin.folder())));
    own.create();
    FreezeUnit.OwnCgroup unit = new FreezeUnit.OwnCgroup(own, origin, pids);
    try {
      for (int pid : pids) {
        moveUnlessEnded(own, pid);
      }
      return unit;
    } catch (SystemCallException e) {
      unit.dissolve();
      throw e;
    }
  }

  private static void moveUnlessEnded(Cgroup group, int pid) {
    try {
      group.add(pid);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ESRCH)) {
        throw e;
      }
    }
  }

  private static List<FreezeUnit> signals(List<Integer> pids, String why) {
    List<FreezeUnit> units = new ArrayList<>();
    for (int pid : pids) {
      if (isStopped(pid)) {
        units.add(new FreezeUnit.Untouched(List.of(pid), "nothing: it is stopped already"));
      } else if (!ProcessTable.threads(pid).isEmpty()) {
        identity(pid).ifPresent(process -> units.add(new FreezeUnit.Stopped(process, why)));
      }
    }
    return units;
  }

  /** Empty if it has ended. */
  private static Optional<ProcessIdentity> identity(int pid) {
    try {
      return Optional.of(ProcessIdentity.of(pid));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ESRCH)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean isStopped(int pid) {
    try {
      return ProcessStatus.of(pid).state() == 'T';
    } catch (SystemCallException e) {
      return false; // it has ended
    }
  }
}
