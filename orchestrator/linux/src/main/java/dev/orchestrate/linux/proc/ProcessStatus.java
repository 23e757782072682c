package dev.orchestrate.linux.proc;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process as /proc/PID/status and /proc/PID/stat describe it.
 *
 * @param pid in this pid namespace
 * @param pidInNamespace in the process's own, innermost pid namespace
 * @param parent 0 if the parent is outside this pid namespace
 * @param name of the executable, at most 15 bytes
 * @param state R, S, D, T, t, Z or X
 * @param user effective user id
 * @param group effective group id
 * @param umask as umask(2)
 * @param startTicks when it started, in clock ticks since boot: with the pid it names one process
 */
public record ProcessStatus(
    int pid,
    int pidInNamespace,
    int parent,
    String name,
    char state,
    int user,
    int group,
    List<Integer> groups,
    int umask,
    long startTicks) {

  /** This process and no other. */
  public ProcessIdentity identity() {
    return new ProcessIdentity(pid, startTicks);
  }

  /** A zombie has, and holds nothing any more. */
  public boolean hasEnded() {
    return "ZX".indexOf(state) >= 0;
  }

  /**
   * @throws dev.orchestrate.linux.SystemCallException ENOENT or ESRCH if the process is gone
   */
  public static ProcessStatus of(int pid) {
    Map<String, String> fields = new HashMap<>();
    for (String line : ProcFile.lines("/proc/" + pid + "/status")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    String[] namespacePids = fields.getOrDefault("NSpid", "" + pid).split("\\s+");
    return new ProcessStatus(
        pid,
        Integer.parseInt(namespacePids[namespacePids.length - 1]),
        Integer.parseInt(fields.get("PPid")),
        fields.get("Name"),
        fields.get("State").charAt(0),
        id(fields.get("Uid")),
        id(fields.get("Gid")),
        numbers(fields.getOrDefault("Groups", "")),
        Integer.parseInt(fields.getOrDefault("Umask", "0022"), 8),
        startTicks(ProcFile.text("/proc/" + pid + "/stat")));
  }

  public static List<String> command(int pid) {
    return ProcFile.strings("/proc/" + pid + "/cmdline");
  }

  public static List<String> environment(int pid) {
    return ProcFile.strings("/proc/" + pid + "/environ");
  }

  /** Field 22 of /proc/PID/stat; the name before it may contain anything, parentheses too. */
  private static long startTicks(String stat) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(afterName[19]);
  }

  private static int id(String realEffectiveSavedFilesystem) {
    return (int) Long.parseLong(realEffectiveSavedFilesystem.split("\\s+")[1]);
  }

  private static List<Integer> numbers(String field) {
    return Arrays.stream(field.split("\\s+"))
        .filter(part -> !part.isEmpty())
        .map(part -> (int) Long.parseLong(part))
        .toList();
  }
}
