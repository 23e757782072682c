package dev.orchestrate.linux.proc;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import java.util.Arrays;
import java.util.List;

/** Which processes and threads there are at this moment. */
public final class ProcessTable {
  private ProcessTable() {}

  /** The process numbers of this pid namespace, in ascending order. */
  public static List<Integer> pids() {
    return numbers("/proc");
  }

  /** The threads of a process, its first included; empty if the process is gone. */
  public static List<Integer> threads(int pid) {
    return numbersIfThere("/proc/" + pid + "/task");
  }

  private static List<Integer> numbersIfThere(String folder) {
    try {
      return numbers(folder);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ESRCH)) {
        return List.of();
      }
      throw e;
    }
  }

  private static List<Integer> numbers(String folder) {
    try (Directory directory = Directory.open(RawPath.of(folder))) {
      return Arrays.stream(directory.numbers()).boxed().toList();
    }
  }
}
