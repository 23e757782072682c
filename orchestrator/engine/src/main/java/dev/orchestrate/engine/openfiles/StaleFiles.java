package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.MountInfo;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Files that a file server has removed under a process (ESTALE): nobody can look at them any more,
 * the process included. For any number of threads at once.
 */
final class StaleFiles {
  private final Set<Long> devices;
  private final Set<String> warnings = Collections.synchronizedSet(new LinkedHashSet<>());

  /**
   * @param devices of the target, and of its mount
   */
  StaleFiles(Set<Long> devices) {
    this.devices = devices;
  }

  /** One that a magic link of /proc leads to; of interest if it is on the target. */
  void note(int pid, RawPath link) {
    RawPath path;
    List<MountInfo> mounts;
    try {
      path = Symlink.read(link);
      mounts = MountInfo.of(pid);
    } catch (SystemCallException e) {
      return; // it was closed meanwhile
    }
    mounts.stream()
        .filter(mount -> path.isBelow(mount.point()))
        .reduce((one, other) -> other.point().isBelow(one.point()) ? other : one)
        .filter(mount -> devices.contains(mount.device()))
        .ifPresent(
            mount ->
                warnings.add(
                    "process "
                        + pid
                        + ": "
                        + path
                        + " was removed on the file server and can't be kept"));
  }

  Set<String> warnings() {
    return warnings;
  }
}
