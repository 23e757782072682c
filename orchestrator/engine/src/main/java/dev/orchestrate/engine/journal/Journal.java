package dev.orchestrate.engine.journal;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.DamagedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * What has to be undone if a command is interrupted: each {@link Entry} is on the disk before its
 * trace is made. The file is locked for as long as the command lives, so others can tell whether it
 * still does; flock(2).
 *
 * <p>An entry is a line: the CRC-32C of the rest in 8 hexadecimal digits, a blank, JSON. What the
 * power failed on while it was written does not match its checksum, and is as if it had not been
 * noted: its trace was not made yet.
 */
public final class Journal implements AutoCloseable {
  public static final RawPath NAME = RawPath.of("journal");

  private static final int CHECKSUM = 8;
  private static final int ATTEMPTS = 1000;

  private final Directory folder;
  private final Fd file;
  private final List<Entry> entries;

  private Journal(Directory folder, Fd file, List<Entry> entries) {
    this.folder = folder;
    this.file = file;
    this.entries = entries;
  }

  /**
   * Begins a journal.
   *
   * @param folder that it is put into; closed with it, and if it can't be begun
   */
  public static Journal begin(Directory folder, Entry first) {
    Fd file;
    try {
      file = folder.create(NAME);
    } catch (SystemCallException e) {
      folder.close();
      throw e;
    }
    Journal journal = new Journal(folder, file, new ArrayList<>());
    try {
      lock(file);
      journal.note(List.of(first));
      folder.fd().sync();
      return journal;
    } catch (RuntimeException e) {
      try (journal) {
        folder.removeTree(NAME); // or a disk that is full would leave one with nothing in it
      }
      throw e;
    }
  }

  /** Others hold the lock for the moment that it takes to find out whether somebody does. */
  private static void lock(Fd file) {
    for (int attempt = 1; ; attempt++) {
      try {
        file.flock(true);
        return;
      } catch (SystemCallException e) {
        if (!e.is(Errno.EAGAIN) || attempt == ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /**
   * Takes over the journal in a folder from a command that is no more.
   *
   * @param folder closed with the journal; left open if there is none
   * @return empty if there is none, or if its command is still at work
   */
  public static Optional<Journal> takeOver(Directory folder) {
    Fd file;
    try {
      file = folder.openBeneath(NAME, Fd.O_RDWR);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
    try {
      file.flock(true);
      return Optional.of(new Journal(folder, file, parse(file.readAll())));
    } catch (SystemCallException e) {
      file.close();
      if (e.is(Errno.EAGAIN)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What was noted in a folder's journal, whoever works on it; empty if there is none. */
  public static List<Entry> read(Directory folder) {
    try (Fd file = folder.openBeneath(NAME, Fd.O_RDONLY)) {
      return parse(file.readAll());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return List.of();
      }
      throw e;
    }
  }

  public static boolean exists(Directory folder) {
    return folder.find(NAME).isPresent();
  }

  /** Whether the folder has a journal of a command that is no more. */
  public static boolean isAbandoned(Directory folder) {
    try (Fd file = folder.openBeneath(NAME, Fd.O_RDONLY)) {
      file.flock(true);
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.EAGAIN)) {
        return false;
      }
      throw e;
    }
  }

  /** Returns when the entries are on the disk. */
  public void note(List<? extends Entry> more) {
    if (more.isEmpty()) {
      return;
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    more.forEach(entry -> lines.writeBytes(line(entry)));
    file.writeAll(lines.toByteArray());
    file.sync();
    entries.addAll(more);
  }

  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** There is nothing to undo any more. */
  public void finish() {
    folder.unlink(NAME);
    folder.fd().sync();
  }

  private static byte[] line(Entry entry) {
    byte[] json = ManifestFormat.writeLine(entry);
    String checksum = HexFormat.of().toHexDigits((int) checksum(json, 0, json.length));
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.writeBytes((checksum + " ").getBytes(StandardCharsets.US_ASCII));
    line.writeBytes(json);
    line.write('\n');
    return line.toByteArray();
  }

  static List<Entry> parse(byte[] bytes) {
    List<Entry> entries = new ArrayList<>();
    int start = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == '\n') {
        Optional<Entry> entry = parse(bytes, start, end);
        if (entry.isEmpty()) {
          break;
        }
        entries.add(entry.get());
        start = end + 1;
      }
    }
    return entries;
  }

  private static Optional<Entry> parse(byte[] bytes, int start, int end) {
    int json = start + CHECKSUM + 1;
    if (json > end || bytes[json - 1] != ' ') {
      return Optional.empty();
    }
    String expected = new String(bytes, start, CHECKSUM, StandardCharsets.US_ASCII);
    long actual = checksum(bytes, json, end - json);
    if (!expected.equals(HexFormat.of().toHexDigits((int) actual))) {
      return Optional.empty();
    }
    try {
      byte[] text = java.util.Arrays.copyOfRange(bytes, json, end);
      return Optional.of(ManifestFormat.read(text, Entry.class, "journal"));
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }

  private static long checksum(byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, length);
    return crc.getValue();
  }

  @Override
  public void close() {
    file.close();
    folder.close();
  }
}
