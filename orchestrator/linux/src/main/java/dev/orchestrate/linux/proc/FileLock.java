package dev.orchestrate.linux.proc;

import java.util.Optional;

/**
 * A lock on a file, as /proc/PID/fdinfo shows it.
 *
 * @param start first byte
 * @param length in bytes; 0 means to the end of the file, however far it grows
 */
public record FileLock(Kind kind, boolean exclusive, long start, long length) {

  /** Who owns a lock: a process (POSIX) or an open file description (the two others). */
  public enum Kind {
    FLOCK,
    OFD,
    POSIX
  }

  /** Parses {@code lock: 1: FLOCK ADVISORY WRITE 4711 00:2b:257 0 EOF}; leases are left out. */
  static Optional<FileLock> parse(String line) {
    String[] fields = line.strip().split("\\s+");
    if (fields.length < 9) {
      return Optional.empty();
    }
    Kind kind =
        switch (fields[2]) {
          case "FLOCK" -> Kind.FLOCK;
          case "OFDLCK" -> Kind.OFD;
          case "POSIX" -> Kind.POSIX;
          default -> null;
        };
    if (kind == null) {
      return Optional.empty();
    }
    long start = Long.parseLong(fields[7]);
    long length = fields[8].equals("EOF") ? 0 : Long.parseLong(fields[8]) - start + 1;
    return Optional.of(new FileLock(kind, fields[4].equals("WRITE"), start, length));
  }
}
