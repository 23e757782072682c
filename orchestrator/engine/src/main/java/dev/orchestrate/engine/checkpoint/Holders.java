package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.freeze.Bystanders;
import dev.orchestrate.engine.openfiles.Holdings;
import dev.orchestrate.engine.openfiles.OpenFileScanner;
import dev.orchestrate.engine.openfiles.Subtree;
import dev.orchestrate.engine.openfiles.TargetScanners;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.plan.ProcessSelection;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.cgroup.Cgroup;
import dev.orchestrate.linux.proc.ProcessStatus;
import dev.orchestrate.linux.proc.ProcessTable;
import dev.orchestrate.linux.process.LinuxCapability;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.Volume;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the processes that a checkpoint is about, and what they hold. Bystanders are left out, and
 * that is said.
 */
final class Holders implements AutoCloseable {
  /** Descriptors that take more than a millisecond to look at, one by one. */
  private static final int MANY = 100;

  private static final int SELF = (int) ProcessHandle.current().pid();

  private final ProcessSelection selection;
  private final TargetScanners scanner;
  private final Set<Integer> bystanders = Bystanders.pids();
  private final Set<Integer> seen = new TreeSet<>();
  private final Set<Integer> ours = new HashSet<>(Set.of(SELF));
  private final Map<Integer, Holdings> last = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private int unreadable;

  private Holders(ProcessSelection selection, TargetScanners scanner) {
    this.selection = selection;
    this.scanner = scanner;
  }

  /**
   * @param fit what of the target a checkpoint consists of
   */
  static Holders of(Target target, Assessment.Fits fit, ProcessSelection selection) {
    return new Holders(selection, new TargetScanners(List.of(scanner(target, fit))));
  }

  /** Of whatever is part of one of these, which all ask for the same processes. */
  static Holders of(List<Plan> plans) {
    return new Holders(
        plans.get(0).request().selection(),
        new TargetScanners(
            plans.stream().map(plan -> scanner(plan.target(), plan.fit())).toList()));
  }

  private static OpenFileScanner scanner(Target target, Assessment.Fits fit) {
    Set<Long> devices = fit.volumes().stream().map(Volume::device).collect(Collectors.toSet());
    return new OpenFileScanner(devices, Subtree.of(target), target.mount());
  }

  /** The processes to freeze, and what they hold. */
  Map<Integer, Holdings> find() {
    Map<Integer, Holdings> found = new LinkedHashMap<>();
    for (int pid : candidates(ProcessTable.pids())) {
      add(pid, found);
    }
    if (unreadable > 0) {
      requireToSeeAll();
      warnings.add(
          "processes that could not be looked at: "
              + unreadable
              + "; what they hold is not part of this (CAP_SYS_PTRACE would allow it)");
    }
    return found;
  }

  /**
   * @throws PermissionException if there were processes that could not be looked at
   */
  void requireNobodyLeftOut() {
    if (unreadable > 0) {
      throw new PermissionException(
          "processes that can't be looked at, and would go on: " + unreadable,
          "run as root or with CAP_SYS_PTRACE, or name processes by --pid");
    }
  }

  /** Root means everybody's files; a checkpoint that silently lacks most of them is none. */
  private void requireToSeeAll() {
    if (SystemCalls.userId() == 0 && !LinuxCapability.CAP_SYS_PTRACE.isEffective()) {
      throw new PermissionException(
          "processes that root can't look at without CAP_SYS_PTRACE: " + unreadable,
          "run with it, or choose processes by --pid");
    }
  }

  /** Those that hold something only since the last call; empty for chosen pids. */
  Map<Integer, Holdings> findMore() {
    return findExcept(last.keySet(), ProcessTable.pids());
  }

  /**
   * Those that were born, or joined the group, since the last call; empty for chosen pids.
   *
   * @param running all processes there are
   */
  Map<Integer, Holdings> findNew(List<Integer> running) {
    return findExcept(seen, running);
  }

  private Map<Integer, Holdings> findExcept(Set<Integer> known, List<Integer> running) {
    Map<Integer, Holdings> found = new LinkedHashMap<>();
    if (!(selection instanceof ProcessSelection.Pids)) {
      for (int pid : candidates(running)) {
        if (!known.contains(pid) && !isStartedByUs(pid)) {
          add(pid, found);
        }
      }
    }
    return found;
  }

  /**
   * What this program has started by now, such as the guard, is no concern of later calls.
   *
   * @param running all processes there are
   */
  void passOverOurOwn(List<Integer> running) {
    for (int pid : candidates(running)) {
      if (!seen.contains(pid)) {
        isStartedByUs(pid);
      }
    }
  }

  private boolean isStartedByUs(int pid) {
    try {
      return ours.contains(pid) || (ours.contains(ProcessStatus.of(pid).parent()) && ours.add(pid));
    } catch (SystemCallException e) {
      return false; // it has ended, or is another user's
    }
  }

  /** What processes hold that were found before; those that have ended are left out. */
  List<Holdings> rescan(Collection<Integer> pids) {
    List<Holdings> now = scanner.scanAgain(pids.stream().map(last::get).toList());
    now.forEach(files -> last.put(files.pid(), files));
    return now;
  }

  /** What processes hold, as far as it was looked at. */
  List<Holdings> held() {
    return List.copyOf(last.values());
  }

  /** A thread for each table of descriptors that these processes have. */
  Set<Integer> tables(Collection<Integer> pids) {
    return pids.stream()
        .flatMap(pid -> last.get(pid).tables().stream())
        .collect(Collectors.toSet());
  }

  /** Whether they hold so many files that a look at them takes longer than all else. */
  boolean holdMany() {
    return last.values().stream().mapToLong(Holdings::descriptors).sum() >= MANY;
  }

  /** To be called when most is found: for many descriptors it pays to prepare the next looks. */
  void prepareRescan() {
    if (holdMany()) {
      scanner.prepareScanAgain();
    }
  }

  /**
   * To be called when nothing is going to be looked at again: what was kept for that would take
   * memory beside the manifest.
   */
  void forget() {
    last.clear();
    scanner.close();
  }

  List<String> warnings() {
    return Stream.concat(warnings.stream(), scanner.warnings().stream()).distinct().toList();
  }

  private List<Integer> candidates(List<Integer> running) {
    if (selection instanceof ProcessSelection.Pids chosen) {
      return chosen.pids();
    }
    if (selection instanceof ProcessSelection.InCgroup group) {
      return Cgroup.byFolder(group.folder())
          .orElseThrow(
              () ->
                  new NotFoundException(
                      "cgroup " + group.folder() + ": there is no such control group",
                      "see: systemd-cgls"))
          .processes();
    }
    return running.stream().filter(pid -> pid != SELF).toList();
  }

  private void add(int pid, Map<Integer, Holdings> found) {
    seen.add(pid);
    boolean chosen = selection instanceof ProcessSelection.Pids;
    try {
      Optional<Holdings> files = scanner.scan(pid);
      if (files.isEmpty()) {
        requireNotChosen(chosen, pid);
      } else if (concerns(files.get())) {
        if (isBystander(files.get())) {
          refuse(files.get(), chosen);
        } else {
          found.put(pid, files.get());
          last.put(pid, files.get());
        }
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.EACCES, Errno.EPERM)) {
        throw Failures.of(e, "looking at process " + pid, "");
      }
      if (chosen) {
        throw bystanders.contains(pid)
            ? cannotBeFrozen(pid)
            : Failures.of(e, "process " + pid + " is not yours", "CAP_SYS_PTRACE");
      }
      if (!bystanders.contains(pid)) {
        unreadable++;
      }
    }
  }

  /** Asked before anything that costs a look at each process of the machine. */
  private boolean concerns(Holdings files) {
    return !files.isEmpty() || !(selection instanceof ProcessSelection.Holders);
  }

  private boolean isBystander(Holdings files) {
    return bystanders.contains(files.pid())
        || files.readsOurOutput()
        || Bystanders.isAnotherOfUs(files.pid());
  }

  private static void requireNotChosen(boolean chosen, int pid) {
    if (chosen) {
      throw new NotFoundException("process " + pid + ": there is no such process", "see: ps -e");
    }
  }

  private void refuse(Holdings files, boolean chosen) {
    if (chosen) {
      throw cannotBeFrozen(files.pid());
    }
    if (!files.isEmpty() && !Bystanders.isAnotherOfUs(files.pid())) {
      warnings.add(
          who(files.pid())
              + " holds something there but was left out and not frozen, as this program runs"
              + " below it or writes to it");
    }
  }

  private static ConflictException cannotBeFrozen(int pid) {
    return new ConflictException(
        who(pid)
            + ": can't be frozen, as it is this program, or this program runs below it or writes to it",
        "run orchestrate from elsewhere");
  }

  private static String who(int pid) {
    return "process " + pid + " (" + name(pid) + ")";
  }

  private static String name(int pid) {
    try {
      return ProcessStatus.of(pid).name();
    } catch (SystemCallException e) {
      return "ended";
    }
  }

  @Override
  public void close() {
    scanner.close();
  }
}
