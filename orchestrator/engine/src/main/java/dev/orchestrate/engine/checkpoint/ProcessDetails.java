package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.proc.ProcessStatus;
import java.util.List;

/**
 * What a restart needs to know of a process besides its files; none of it changes quickly, so it is
 * read before the freeze.
 *
 * @param root as the process was given it, absolute
 */
record ProcessDetails(
    ProcessStatus status,
    List<RawPath> command,
    List<RawPath> environment,
    RawPath cwd,
    RawPath root,
    RawPath executable) {

  /**
   * @throws dev.orchestrate.linux.SystemCallException if the process is gone
   */
  static ProcessDetails of(int pid) {
    return new ProcessDetails(
        ProcessStatus.of(pid),
        ProcessStatus.command(pid).stream().map(RawPath::of).toList(),
        ProcessStatus.environment(pid).stream().map(RawPath::of).toList(),
        link(pid, "cwd"),
        link(pid, "root"),
        link(pid, "exe"));
  }

  /** Empty where the kernel does not show it: a zombie, or a path that takes more than a page. */
  private static RawPath link(int pid, String name) {
    try {
      return Symlink.read(RawPath.of("/proc/" + pid + "/" + name));
    } catch (dev.orchestrate.linux.SystemCallException e) {
      return RawPath.EMPTY;
    }
  }
}
