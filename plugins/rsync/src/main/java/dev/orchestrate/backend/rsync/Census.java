package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which inode each name of a tree led to at some time, as a file of {@code inode path} records that
 * a {@link Walk} notes. A directory that was moved brings names that nothing dates, and XFS does
 * not date two files that change places by RENAME_EXCHANGE; comparing inodes finds both.
 */
final class Census {
  static final RawPath NAME = RawPath.of("census");

  /** Under this name a walk notes it: a part of it must not pass for the whole. */
  private static final RawPath NOTED = RawPath.of("census.part");

  private final byte[] records;

  private Census(byte[] records) {
    this.records = records;
  }

  /** Has a walk note it, and whatever else it notes. */
  static void take(Walk walk, Directory folder) {
    walk.noteInodes(NOTED.text()).run();
    folder.replace(NOTED, folder, NAME);
  }

  static Optional<Census> read(Directory folder) {
    try (Fd file = folder.openBeneath(NAME, Fd.O_RDONLY)) {
      return Optional.of(new Census(file.readAll()));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * The inodes of these paths, and of all that is directly in them, as far as they were there. Only
   * what is asked for is made into objects, as this runs in the frozen time.
   */
  Map<RawPath, Long> in(Set<RawPath> folders) {
    Set<Integer> hashes = new HashSet<>();
    folders.forEach(folder -> hashes.add(folder.hashCode()));
    Map<RawPath, Long> found = new HashMap<>();
    int start = 0;
    while (start < records.length) {
      int blank = indexOf(' ', start);
      start = readRecord(start, blank, hashes, folders, found);
    }
    return found;
  }

  /** All paths that led to these inodes. */
  Set<RawPath> namesOf(Set<Long> inodes) {
    Set<RawPath> found = new HashSet<>();
    int start = 0;
    while (!inodes.isEmpty() && start < records.length) {
      int blank = indexOf(' ', start);
      int end = indexOf(0, blank);
      if (inodes.contains(number(start, blank))) {
        found.add(RawPath.of(Arrays.copyOfRange(records, blank + 1, end)));
      }
      start = end + 1;
    }
    return found;
  }

  private int indexOf(int wanted, int from) {
    int at = from;
    while (records[at] != wanted) {
      at++;
    }
    return at;
  }

  private int readRecord(
      int start, int blank, Set<Integer> hashes, Set<RawPath> folders, Map<RawPath, Long> found) {
    int hash = 1; // as Arrays.hashCode has it, and RawPath by it
    int parentHash = 1;
    int slash = blank + 1;
    int end = blank + 1;
    while (records[end] != 0) {
      if (records[end] == '/') {
        parentHash = hash;
        slash = end;
      }
      hash = 31 * hash + records[end++];
    }
    if (hashes.contains(parentHash) || hashes.contains(hash)) {
      RawPath path = RawPath.of(Arrays.copyOfRange(records, blank + 1, end));
      RawPath parent = RawPath.of(Arrays.copyOfRange(records, blank + 1, slash));
      if (folders.contains(parent) || folders.contains(path)) {
        found.put(path, number(start, blank));
      }
    }
    return end + 1;
  }

  private long number(int start, int end) {
    long number = 0;
    for (int i = start; i < end; i++) {
      number = 10 * number + records[i] - '0';
    }
    return number;
  }
}
