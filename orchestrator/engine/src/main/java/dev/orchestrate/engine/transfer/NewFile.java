package dev.orchestrate.engine.transfer;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.OrchestrateException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A new file of mode 0600 that gets its name once it is whole: until then it is an O_TMPFILE, of
 * which nothing is left however the program ends. Where a filesystem has none of those, the file
 * has its name from the beginning, and loses it if it is not completed.
 */
public final class NewFile extends OutputStream {
  private final Directory folder;
  private final RawPath name;
  private final Fd file;
  private final boolean named;
  private long written;
  private boolean complete;

  private NewFile(Directory folder, RawPath name, Fd file, boolean named) {
    this.folder = folder;
    this.name = name;
    this.file = file;
    this.named = named;
  }

  /**
   * @throws ConflictException if there is something of that name
   * @throws NotFoundException if there is no such folder
   */
  public static NewFile create(RawPath path) {
    Directory folder;
    try {
      folder = Directory.openFollowing(path.toAbsolute().parent());
    } catch (SystemCallException e) {
      throw unusable(path, e);
    }
    try {
      if (folder.find(path.name()).isPresent()) {
        throw inThePlace(path);
      }
      return create(folder, path);
    } catch (SystemCallException e) {
      folder.close();
      throw unusable(path, e);
    } catch (OrchestrateException e) {
      folder.close();
      throw e;
    }
  }

  private static NewFile create(Directory folder, RawPath path) {
    try {
      int flags = Fd.O_RDWR | OpenFlag.O_TMPFILE.value();
      return new NewFile(folder, path.name(), folder.openBeneath(RawPath.EMPTY, flags), false);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EOPNOTSUPP, Errno.EISDIR, Errno.EINVAL)) {
        throw e;
      }
      return new NewFile(folder, path.name(), folder.create(path.name()), true);
    }
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int start, int length) {
    file.writeAll(
        start == 0 && length == bytes.length
            ? bytes
            : Arrays.copyOfRange(bytes, start, start + length));
    written += length;
  }

  /** How many bytes are in it. */
  public long bytes() {
    return written;
  }

  /** Makes it durable, and gives it its name. */
  public void complete() {
    try {
      file.sync();
      if (!named) {
        file.link(folder, name);
      }
      folder.fd().sync();
      complete = true;
    } catch (SystemCallException e) {
      throw unusable(folder.subject().resolve(name), e);
    }
  }

  /** Why a new name can't be made, of a file or a folder. */
  static OrchestrateException unusable(RawPath path, SystemCallException e) {
    return e.is(Errno.EEXIST) ? inThePlace(path) : Failures.of(e, "writing " + path, "");
  }

  static ConflictException inThePlace(RawPath path) {
    return new ConflictException(path + ": is there already", "choose another name");
  }

  @Override
  public void close() {
    try {
      if (named && !complete) {
        folder.unlink(name);
      }
    } finally {
      file.close();
      folder.close();
    }
  }
}
