package dev.orchestrate.linux.proc;

import dev.orchestrate.linux.OpenFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What /proc/PID/fdinfo/N tells of a descriptor.
 *
 * @param offset in bytes; for a directory, a position that its filesystem understands
 * @param flags O_CLOEXEC among them, though it belongs to the descriptor, not to the description
 */
public record FdInfo(long offset, Set<OpenFlag> flags, List<FileLock> locks) {

  public static FdInfo of(int pid, int thread, int descriptor) {
    return parse(ProcFile.lines("/proc/" + pid + "/task/" + thread + "/fdinfo/" + descriptor));
  }

  static FdInfo parse(List<String> lines) {
    long offset = 0;
    int flags = 0;
    List<FileLock> locks = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("pos:")) {
        offset = Long.parseLong(line.substring(4).strip());
      } else if (line.startsWith("flags:")) {
        flags = Integer.parseInt(line.substring(6).strip(), 8);
      } else if (line.startsWith("lock:")) {
        FileLock.parse(line).ifPresent(locks::add);
      }
    }
    return new FdInfo(offset, OpenFlag.of(flags), List.copyOf(locks));
  }

  /**
   * What is known of the same descriptor when its description may have moved on, and has no locks;
   * this object itself if all is as it was.
   *
   * @param newFlags O_CLOEXEC among them if it is closed at execve(2)
   */
  public FdInfo at(long newOffset, int newFlags) {
    Set<OpenFlag> all = OpenFlag.of(newFlags);
    return newOffset == offset && all.equals(flags) && locks.isEmpty()
        ? this
        : new FdInfo(newOffset, all, List.of());
  }
}
