package dev.orchestrate.engine.transfer;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.OrchestrateException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A new file of mode 0600 that gets its name once it is whole. Until then it is {@code
 * NAME.incomplete}, and {@link SureBytes} beside it tell how much of that is on the disk. Whoever
 * writes the same stream again, from its beginning, has that much compared with what is there, and
 * written only from where that ends or differs: so the file is what its writer wrote, whatever was
 * there.
 */
public final class ResumableFile extends OutputStream {
  /** A system property, which only tests set: after how many bytes the next record is made. */
  static final String PROPERTY = "orchestrate.record-every";

  private static final long RECORD_EVERY = 64L << 20;

  private final Directory folder;
  private final RawPath name;
  private final RawPath incomplete;
  private final Fd file;
  private final SureBytes sureBytes;
  private final StreamSubject stream;
  private final Consumer<String> notices;
  private final long recordEvery = Long.getLong(PROPERTY, RECORD_EVERY);

  /** Where the stream is. */
  private long position;

  /** How many bytes are on the disk, as the record says. */
  private long recorded;

  private long kept;
  private boolean comparing = true;
  private boolean begun;
  private boolean lost;
  private boolean complete;

  private ResumableFile(
      Directory folder, RawPath name, StreamSubject stream, Consumer<String> notices) {
    this.folder = folder;
    this.name = name;
    this.incomplete = name.append(".incomplete");
    this.sureBytes = new SureBytes(folder, incomplete.append(".progress"));
    this.stream = stream;
    this.notices = notices;
    sureBytes.exists(); // which refuses what is not ours, before anything is made
    this.file = OwnFile.find(folder, incomplete).fd().orElseGet(() -> folder.create(incomplete));
  }

  /**
   * @param notices told, in a line each, why something is written anew
   * @throws ConflictException if there is something of that name; or something beside it that this
   *     program has not left, or that another command is writing
   * @throws NotFoundException if there is no such folder
   */
  public static ResumableFile open(RawPath path, StreamSubject stream, Consumer<String> notices) {
    try {
      Directory folder = Directory.openFollowing(path.toAbsolute().parent());
      try {
        return open(folder, path, stream, notices);
      } catch (SystemCallException | OrchestrateException e) {
        folder.close();
        throw e;
      }
    } catch (SystemCallException e) {
      throw NewFile.unusable(path, e);
    }
  }

  private static ResumableFile open(
      Directory folder, RawPath path, StreamSubject stream, Consumer<String> notices) {
    if (folder.entry(path.name()).isPresent()) {
      throw NewFile.inThePlace(path);
    }
    ResumableFile opened = new ResumableFile(folder, path.name(), stream, notices);
    try {
      opened.begin();
      return opened;
    } catch (SystemCallException | OrchestrateException e) {
      try (opened) {
        throw e;
      }
    }
  }

  private void begin() {
    lock();
    boolean isEmpty = file.stat().size() == 0;
    if (!isEmpty && !sureBytes.exists()) {
      throw new ConflictException(
          path() + ": is there already, and no record beside it tells how far a stream got",
          "look what it is and remove it, or choose another name");
    }
    recorded = isEmpty ? 0 : sureBytes.of(stream, notices);
    begun = true;
    if (recorded == 0) {
      sureBytes.record(stream, 0);
      goOn();
    }
  }

  /** The name may lead elsewhere by now, or nowhere, if whoever had the lock has finished. */
  private void lock() {
    try {
      file.flock(true);
    } catch (SystemCallException e) {
      if (e.is(Errno.EAGAIN)) {
        throw new ConflictException(
            path() + ": another command is writing it", "wait until that has ended");
      } // else this filesystem has no locks, as flock(2) says of NFS, and two commands are unlikely
    }
    if (folder.entry(incomplete).filter(file.stat()::isSameInode).isEmpty()) {
      throw new ConflictException(
          path() + ": another command has just finished it", "see what it has made");
    }
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int start, int length) {
    byte[] part = Arrays.copyOfRange(bytes, start, start + length);
    int same = comparing ? compare(part) : 0;
    if (same == part.length) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(part, same, part.length);
    file.writeAll(rest);
    position += rest.length;
    if (position - recorded >= recordEvery) {
      record();
    }
  }

  /** Replies how much of it is there. */
  private int compare(byte[] part) {
    int length = (int) Math.min(part.length, recorded - position);
    byte[] there = new byte[length];
    int read = read(there);
    int mismatch = Arrays.mismatch(part, 0, length, there, 0, read);
    int same = mismatch < 0 ? length : mismatch;
    position += same;
    if (position == recorded) {
      goOn();
    } else if (same < length) {
      differs();
    }
    return same;
  }

  /** As much as there is, or can be read from a disk with errors. */
  private int read(byte[] there) {
    int read = 0;
    try {
      while (read < there.length) {
        byte[] part = new byte[there.length - read];
        int count = file.read(part);
        if (count == 0) {
          return read;
        }
        System.arraycopy(part, 0, there, read, count);
        read += count;
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.EIO)) {
        throw e;
      }
    }
    return read;
  }

  private void differs() {
    notices.accept(
        path() + ": is not as the stream is from byte " + position + " on; that is written anew");
    goOn();
  }

  /** From here on it is written. What is cut off is recorded no longer, whatever comes next. */
  private void goOn() {
    if (position < recorded) {
      sureBytes.record(stream, position);
      recorded = position;
    }
    file.truncate(position);
    file.seek(position);
    kept = position;
    comparing = false;
  }

  private void record() {
    durably(file::syncData);
    sureBytes.record(stream, position);
    recorded = position;
  }

  /**
   * What it fails for is lost, though it may succeed when it is tried again; fsync(2). So nothing
   * is recorded any more, then.
   */
  private void durably(Runnable sync) {
    lost = true;
    sync.run();
    lost = false;
  }

  /**
   * Keeps what there is after something has failed, as far as that is possible.
   *
   * @return how many bytes the next one finds
   */
  public long keep() {
    if (!comparing && !lost && !complete) {
      try {
        file.truncate(position); // of half a write, say, whose space the record may need
        record();
      } catch (SystemCallException e) {
        return recorded; // by an earlier record, which is as true as it was
      }
    }
    return complete ? 0 : recorded;
  }

  /** Makes it durable, and gives it its name. */
  public void complete() {
    try {
      if (comparing) {
        differs(); // as what is there goes on
      }
      durably(file::sync);
      folder.rename(incomplete, folder, name);
      complete = true;
      folder.fd().sync();
      sureBytes.remove();
    } catch (SystemCallException e) {
      RawPath path = folder.subject().resolve(name);
      throw e.is(Errno.EEXIST)
          ? new ConflictException(path + ": is there already", "move that away")
          : NewFile.unusable(path, e);
    }
  }

  /** How many bytes are in it. */
  public long bytes() {
    return position;
  }

  /** How many of them were there already. */
  public long kept() {
    return kept;
  }

  /** Where it is until it is whole. */
  public RawPath path() {
    return folder.subject().resolve(incomplete);
  }

  /** What is of no use to the next one goes. */
  @Override
  public void close() {
    try {
      if (begun && !complete && recorded == 0) {
        file.truncate(0); // an empty one needs no record, and another command may find it
        sureBytes.remove();
        OwnFile.remove(folder, incomplete);
      }
    } finally {
      file.close();
      folder.close();
    }
  }
}
