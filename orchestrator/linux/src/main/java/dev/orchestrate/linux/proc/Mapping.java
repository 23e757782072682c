package dev.orchestrate.linux.proc;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayList;
import java.util.Arrays;
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
    return in(ProcFile.bytes("/proc/" + pid + "/maps"), devices);
  }

  /**
   * Most lines are about libraries elsewhere, and processes stand still for each: of those, no more
   * than the device is read.
   */
  static List<Mapping> in(byte[] maps, Set<Long> devices) {
    List<Mapping> mappings = new ArrayList<>();
    int start = 0;
    while (start < maps.length) {
      int end = behind('\n', maps, start);
      long device = device(maps, start);
      if (devices.contains(device)) {
        String line = RawPath.decode(Arrays.copyOfRange(maps, start, end - 1));
        mappings.add(parse(device, line.split(" +", 6)));
      }
      start = end;
    }
    return mappings;
  }

  /** The fourth field. */
  private static long device(byte[] maps, int line) {
    int major = line;
    for (int field = 1; field < 4; field++) {
      major = behind(' ', maps, major);
    }
    int minor = behind(':', maps, major);
    return Stat.makeDevice(hex(maps, major), hex(maps, minor));
  }

  private static int behind(char separator, byte[] text, int start) {
    int at = start;
    while (at < text.length && text[at] != separator) {
      at++;
    }
    return at + 1;
  }

  private static long hex(byte[] text, int start) {
    long value = 0;
    for (int at = start; at < text.length; at++) {
      int digit = Character.digit(text[at], 16);
      if (digit < 0) {
        break;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private static Mapping parse(long device, String[] fields) {
    String[] range = fields[0].split("-");
    return new Mapping(
        Long.parseUnsignedLong(range[0], 16),
        Long.parseUnsignedLong(range[1], 16),
        Long.parseUnsignedLong(fields[2], 16),
        device,
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
