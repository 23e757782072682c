package dev.orchestrate.engine.openfiles;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Scans processes for what they hold on several targets, each of a filesystem of its own. */
public final class TargetScanners implements AutoCloseable {
  private final List<OpenFileScanner> scanners;

  /**
   * @param scanners one for each target; closed with this
   */
  public TargetScanners(List<OpenFileScanner> scanners) {
    this.scanners = scanners;
  }

  /**
   * What a process holds; empty if it is gone.
   *
   * @throws dev.orchestrate.linux.SystemCallException EACCES or EPERM if the caller may not look
   */
  public Optional<Holdings> scan(int pid) {
    List<ProcessFiles> byTarget = new ArrayList<>();
    for (OpenFileScanner scanner : scanners) {
      scanner.scan(pid).ifPresent(byTarget::add);
    }
    return whole(byTarget);
  }

  /** The same for processes that were scanned before: see {@link OpenFileScanner#scanAgain}. */
  public List<Holdings> scanAgain(List<Holdings> before) {
    Map<Integer, List<ProcessFiles>> byPid = new HashMap<>();
    for (int i = 0; i < scanners.size(); i++) {
      int target = i;
      List<ProcessFiles> onTarget =
          before.stream().map(process -> process.byTarget().get(target)).toList();
      for (ProcessFiles files : scanners.get(target).scanAgain(onTarget)) {
        byPid.computeIfAbsent(files.pid(), key -> new ArrayList<>()).add(files);
      }
    }
    return before.stream()
        .map(process -> whole(byPid.getOrDefault(process.pid(), List.of())))
        .flatMap(Optional::stream)
        .toList();
  }

  /** One that has ended between two looks holds nothing. */
  private Optional<Holdings> whole(List<ProcessFiles> byTarget) {
    return byTarget.size() == scanners.size()
        ? Optional.of(new Holdings(List.copyOf(byTarget)))
        : Optional.empty();
  }

  /** See {@link OpenFileScanner#prepareScanAgain}. */
  public void prepareScanAgain() {
    scanners.forEach(OpenFileScanner::prepareScanAgain);
  }

  /** See {@link OpenFileScanner#warnings}. */
  public Set<String> warnings() {
    return scanners.stream()
        .flatMap(scanner -> scanner.warnings().stream())
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    scanners.forEach(OpenFileScanner::close);
  }
}
