package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How much of a stream is on the disk, in a small file of its own. It is replaced as a whole, so
 * that there is the old record or the new one, whenever the power fails; rename(2).
 */
final class SureBytes {
  private static final long LARGEST = 1 << 16;

  private final Directory folder;
  private final RawPath name;
  private final RawPath part;

  SureBytes(Directory folder, RawPath name) {
    this.folder = folder;
    this.name = name;
    this.part = name.append(".part");
  }

  /** What the file says, as JSON. */
  record Entry(StreamSubject stream, long bytes) {
    private boolean isSound() {
      return stream != null
          && stream.checkpoint() != null
          && stream.parent() != null
          && stream.compression() != null
          && bytes >= 0;
    }
  }

  /**
   * @throws ConflictException if it, or what stands in for it while it is written, is not ours
   */
  boolean exists() {
    OwnFile.find(folder, part).close();
    try (OwnFile.Maybe file = OwnFile.find(folder, name)) {
      return file.isThere();
    }
  }

  /**
   * How many bytes of this stream there are for sure.
   *
   * @param notices told in a line why it is none, if another stream is recorded
   * @throws ConflictException if it is no such record: then what is beside it is not ours either
   */
  long of(StreamSubject stream, Consumer<String> notices) {
    try (OwnFile.Maybe file = OwnFile.find(folder, name)) {
      Optional<Entry> entry = file.fd().flatMap(this::read);
      if (entry.isEmpty()) {
        throw new ConflictException(
            path() + ": is no record of how far a stream got",
            "look what it is, and what is beside it, and remove them, or choose another name");
      }
      if (entry.get().stream().equals(stream)) {
        return entry.get().bytes();
      }
      notices.accept(
          path()
              + ": is of "
              + entry.get().stream().describe()
              + "; the stream is written from its beginning");
      return 0;
    }
  }

  private Optional<Entry> read(Fd file) {
    if (file.stat().size() > LARGEST) {
      return Optional.empty();
    }
    try {
      Entry entry = ManifestFormat.read(file.readAll(), Entry.class, path().toString());
      return Optional.ofNullable(entry).filter(Entry::isSound);
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }

  /** On the disk when this returns. */
  void record(StreamSubject stream, long bytes) {
    try {
      OwnFile.remove(folder, part);
      try (Fd file = folder.create(part)) {
        file.writeAll(ManifestFormat.write(new Entry(stream, bytes)));
        file.sync();
      }
      folder.replace(part, folder, name);
      folder.fd().sync();
    } catch (SystemCallException e) {
      try {
        OwnFile.remove(folder, part);
      } catch (SystemCallException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  void remove() {
    OwnFile.remove(folder, part); // of a command that was killed
    OwnFile.remove(folder, name);
  }

  private RawPath path() {
    return folder.subject().resolve(name);
  }
}
