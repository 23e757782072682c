package dev.orchestrate.linux.proc;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A file mapped into a process's memory, a line of /proc/PID/maps.
 *
 * @param start first address
 * @param end address behind the last
 * @param offset into the file, in bytes
 * @param device of the filesystem as a whole: on btrfs not the one that stat(2) gives
 * @param protection such as {@code rw-s}
 * @param deleted whether the kernel shows the file as deleted
 */
public record Mapping(
    long start,
    long end,
    long offset,
    long device,
    long inode,
    String protection,
    boolean deleted) {

  /** The mappings of files of some filesystems, which are told by {@link #device}. */
  public static List<Mapping> of(int pid, Set<Long> devices) {
    List<Mapping> mappings = new ArrayList<>();
    for (String line : ProcFile.lines("/proc/" + pid + "/maps")) {
      // most lines are about libraries elsewhere
      if (devices.contains(device(line.split(" ", 5)[3]))) {
        mappings.add(parse(line.split(" +", 6)));
      }
    }
    return mappings;
  }

  private static long device(String field) {
    int colon = field.indexOf(':');
    return Stat.makeDevice(
        Long.parseLong(field, 0, colon, 16), Long.parseLong(field, colon + 1, field.length(), 16));
  }

  private static Mapping parse(String[] fields) {
    String[] range = fields[0].split("-");
    return new Mapping(
        Long.parseUnsignedLong(range[0], 16),
        Long.parseUnsignedLong(range[1], 16),
        Long.parseUnsignedLong(fields[2], 16),
        device(fields[3]),
        Long.parseLong(fields[4]),
        fields[1],
        fields.length > 5 && fields[5].endsWith(" (deleted)"));
  }

  /** Whether the process can change the file through this mapping. */
  public boolean writesToFile() {
    return protection.charAt(1) == 'w' && protection.charAt(3) == 's';
  }

  /** The magic link that leads to the mapped inode, even when no name and no descriptor does. */
  public RawPath link(int pid) {
    return RawPath.of(
        "/proc/" + pid + "/map_files/" + Long.toHexString(start) + "-" + Long.toHexString(end));
  }
}
