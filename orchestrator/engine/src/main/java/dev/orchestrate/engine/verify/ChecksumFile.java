package dev.orchestrate.engine.verify;

import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.SystemFailureException;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The checksums of a checkpoint's files, in its folder of the state directory: a line that says
 * what it is, one for each {@link Checksum}, and a last one with the SHA-256 of all before.
 */
final class ChecksumFile {
  static final RawPath NAME = RawPath.of("checksums");

  private static final RawPath PART = NAME.append(".part");
  private static final String TITLE = "orchestrate checksums 1, checkpoint ";
  private static final String SEAL = "sha256 ";
  private static final int BUFFER = 1 << 16;

  private final Directory folder;
  private final String title;

  ChecksumFile(Directory folder, String checkpoint) {
    this.folder = folder;
    this.title = TITLE + checkpoint;
  }

  boolean exists() {
    return folder.find(NAME).isPresent();
  }

  RawPath path() {
    return folder.subject().resolve(NAME);
  }

  /**
   * What all lines have in common.
   *
   * @param entries how many files, folders and other names
   * @param bytes how much data they have
   * @param checksum of all checksums: who keeps it elsewhere needs to trust nothing here
   */
  record Summary(long entries, long bytes, String checksum) {}

  /**
   * Writes it, as a whole or not at all.
   *
   * @param source calls its argument with each checksum, in order
   * @throws ConflictException if there is one already
   */
  Summary write(Consumer<Consumer<Checksum>> source) {
    if (exists()) {
      throw new ConflictException(
          path() + ": there are checksums already",
          "compare with them: orchestrate verify; or remove that file first");
    }
    try {
      folder.removeTree(PART);
      Summary summary;
      try (Fd file = folder.create(PART)) {
        Writer writer = new Writer(file, title);
        source.accept(writer::add);
        summary = writer.finish();
        file.sync();
      }
      folder.rename(PART, folder, NAME);
      folder.fd().sync();
      return summary;
    } catch (SystemCallException e) {
      removePart();
      throw Failures.of(e, "recording checksums", "");
    } catch (RuntimeException e) {
      removePart();
      throw e;
    }
  }

  private void removePart() {
    try {
      folder.removeTree(PART);
    } catch (SystemCallException e) {
      // it does no harm; the next attempt removes it
    }
  }

  /** Lines as they come, sealed at the end. */
  private static final class Writer {
    private final Fd file;
    private final MessageDigest digest = Sha256.digest();
    private final StringBuilder lines = new StringBuilder();
    private long entries;
    private long bytes;

    Writer(Fd file, String title) {
      this.file = file;
      append(title);
    }

    void add(Checksum checksum) {
      if (!checksum.isReadable()) {
        throw new SystemFailureException(
            checksum.path() + ": " + checksum.content(), "no checksums were recorded");
      }
      entries++;
      bytes += checksum.size();
      append(checksum.line());
    }

    private void append(String line) {
      lines.append(line).append('\n');
      if (lines.length() >= BUFFER) {
        flush();
      }
    }

    private void flush() {
      byte[] written = lines.toString().getBytes(StandardCharsets.US_ASCII);
      digest.update(written);
      file.writeAll(written);
      lines.setLength(0);
    }

    Summary finish() {
      flush();
      String checksum = Sha256.hexadecimal(digest);
      file.writeAll((SEAL + checksum + "\n").getBytes(StandardCharsets.US_ASCII));
      return new Summary(entries, bytes, checksum);
    }
  }

  /**
   * Reads it once, to know that it is whole.
   *
   * @throws DamagedException if it is not
   */
  Summary check() {
    MessageDigest digest = Sha256.digest();
    try (Lines lines = open()) {
      long entries = 0;
      long bytes = 0;
      String line = lines.next();
      require(line.equals(title));
      while (!line.startsWith(SEAL)) {
        digest.update((line + "\n").getBytes(StandardCharsets.US_ASCII));
        if (!line.equals(title)) {
          entries++;
          bytes += Checksum.parse(line).size();
        }
        line = lines.next();
      }
      String checksum = Sha256.hexadecimal(digest);
      require(line.equals(SEAL + checksum));
      require(!lines.hasNext());
      return new Summary(entries, bytes, checksum);
    } catch (IllegalArgumentException | NoSuchElementException e) {
      throw damaged();
    }
  }

  private void require(boolean holds) {
    if (!holds) {
      throw damaged();
    }
  }

  private DamagedException damaged() {
    return new DamagedException(
        path() + ": the checksums are damaged, or were changed",
        "they tell nothing any more; remove that file, and record new ones");
  }

  /** The checksums of a file that was checked. */
  Recorded recorded() {
    Lines lines = open();
    lines.next();
    return new Recorded(lines);
  }

  /** Checksums one after the other. */
  static final class Recorded implements AutoCloseable {
    private final Lines lines;
    private Optional<Checksum> next;

    private Recorded(Lines lines) {
      this.lines = lines;
      skip();
    }

    /** The next, which stays the next; empty at the end. */
    Optional<Checksum> peek() {
      return next;
    }

    void skip() {
      String line = lines.next();
      next = line.startsWith(SEAL) ? Optional.empty() : Optional.of(Checksum.parse(line));
    }

    @Override
    public void close() {
      lines.close();
    }
  }

  private Lines open() {
    try (Fd file = folder.openBeneath(NAME, Fd.O_RDONLY | Fd.O_NOFOLLOW)) {
      return new Lines(new FileInputStream(file.procPath().text()));
    } catch (SystemCallException e) {
      throw Failures.of(e, "reading checksums", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Lines implements AutoCloseable {
    private final BufferedReader in;

    Lines(FileInputStream in) {
      this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII), BUFFER);
    }

    boolean hasNext() {
      try {
        in.mark(1);
        boolean more = in.read() >= 0;
        in.reset();
        return more;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String next() {
      try {
        String line = in.readLine();
        if (line == null) {
          throw new NoSuchElementException("cut off");
        }
        return line;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
