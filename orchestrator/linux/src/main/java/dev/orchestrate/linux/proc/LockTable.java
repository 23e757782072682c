package dev.orchestrate.linux.proc;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The inodes that anybody holds locks on, at one moment; /proc/locks in proc(5). */
public final class LockTable {
  /** PROC_PID_INIT_INO in linux/proc_ns.h. */
  private static final RawPath FIRST_NAMESPACE = RawPath.of("pid:[4026531836]");

  private final Set<Long> inodes;

  private LockTable(Set<Long> inodes) {
    this.inodes = inodes;
  }

  /**
   * Empty in a pid namespace below the first: there the kernel leaves out locks whose taker has
   * ended, though others may hold them on; locks_translate_pid in fs/locks.c. Empty too where it
   * can't be read.
   */
  public static Optional<LockTable> read() {
    if (!Symlink.read(RawPath.of("/proc/self/ns/pid")).equals(FIRST_NAMESPACE)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(ProcFile.lines("/proc/locks")));
    } catch (SystemCallException e) {
      return Optional.empty();
    }
  }

  /** Lines such as {@code 1: FLOCK ADVISORY WRITE 4711 00:2b:257 0 EOF}. */
  static LockTable parse(List<String> lines) {
    Set<Long> inodes = new HashSet<>();
    for (String line : lines) {
      // an arrow before the kind, of those who wait, moves the fields
      for (String field : line.strip().split("\\s+")) {
        String[] parts = field.split(":");
        if (parts.length == 3) {
          inodes.add(Long.parseLong(parts[2]));
        }
      }
    }
    return new LockTable(inodes);
  }

  /** Whether an inode of this number, on whichever filesystem, is locked. */
  public boolean mayHave(long inode) {
    return inodes.contains(inode);
  }
}
