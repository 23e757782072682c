package dev.orchestrate.linux.proc;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.List;

/**
 * A mount, a line of /proc/PID/mountinfo; proc_pid_mountinfo(5).
 *
 * @param root the directory of the filesystem that is mounted, from the filesystem's own root
 * @param point where it is mounted, as the process sees it
 * @param device of the filesystem as a whole
 * @param source what was mounted, such as /dev/sda1
 */
public record MountInfo(
    long id,
    long parent,
    long device,
    RawPath root,
    RawPath point,
    boolean readOnly,
    String type,
    RawPath source,
    List<String> superOptions) {

  /** All mounts in this process's mount namespace, covered ones included, in mount order. */
  public static List<MountInfo> ofSelf() {
    return parse(ProcFile.lines("/proc/thread-self/mountinfo"));
  }

  public static List<MountInfo> of(int pid) {
    return parse(ProcFile.lines("/proc/" + pid + "/mountinfo"));
  }

  /** The calling thread's folder in /proc, for when it does not see /proc any longer. */
  public static Directory folderOfThread() {
    return Directory.openFollowing(RawPath.of("/proc/thread-self"));
  }

  /** Those that a thread sees now; its folder in /proc may have been opened before. */
  public static List<MountInfo> of(Directory thread) {
    try (Fd file = thread.openBeneath(RawPath.of("mountinfo"), Fd.O_RDONLY)) {
      return parse(ProcFile.lines(file));
    }
  }

  static List<MountInfo> parse(List<String> lines) {
    return lines.stream().map(MountInfo::parse).toList();
  }

  private static MountInfo parse(String line) {
    String[] fields = line.split(" ");
    int separator = 6;
    while (!fields[separator].equals("-")) {
      separator++;
    }
    String[] device = fields[2].split(":");
    List<String> superOptions = List.of(fields[separator + 3].split(","));
    return new MountInfo(
        Long.parseLong(fields[0]),
        Long.parseLong(fields[1]),
        Stat.makeDevice(Long.parseLong(device[0]), Long.parseLong(device[1])),
        ProcFile.unescape(fields[3]),
        ProcFile.unescape(fields[4]),
        List.of(fields[5].split(",")).contains("ro") || superOptions.contains("ro"),
        fields[separator + 1],
        ProcFile.unescape(fields[separator + 2]),
        superOptions);
  }
}
