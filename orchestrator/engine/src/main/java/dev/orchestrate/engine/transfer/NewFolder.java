package dev.orchestrate.engine.transfer;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.OrchestrateException;

/**
 * A new folder of mode 0700 that gets its name once it is whole. Until then it is {@code
 * NAME.incomplete} beside that: removed if it is not completed, and all that is left if the program
 * is killed.
 */
final class NewFolder implements AutoCloseable {
  private final Directory parent;
  private final RawPath name;
  private final RawPath incomplete;
  private Directory content;
  private boolean complete;

  private NewFolder(Directory parent, RawPath name) {
    this.parent = parent;
    this.name = name;
    this.incomplete = name.append(".incomplete");
  }

  /**
   * @throws ConflictException if there is something of that name, or another is at making it
   * @throws NotFoundException if there is no folder to make it in
   */
  static NewFolder create(RawPath path) {
    RawPath absolute = path.toAbsolute();
    NewFolder folder;
    try {
      folder = new NewFolder(Directory.openFollowing(absolute.parent()), absolute.name());
    } catch (SystemCallException e) {
      throw NewFile.unusable(path, e);
    }
    try {
      folder.make(path);
      return folder;
    } catch (SystemCallException e) {
      folder.parent.close();
      throw NewFile.unusable(path, e);
    } catch (OrchestrateException e) {
      folder.parent.close();
      throw e;
    }
  }

  private void make(RawPath path) {
    if (parent.entry(name).isPresent()) {
      throw NewFile.inThePlace(path);
    }
    try {
      parent.makeDirectory(incomplete, 0700);
    } catch (SystemCallException e) {
      if (e.is(Errno.EEXIST)) {
        throw new ConflictException(
            parent.subject().resolve(incomplete) + ": is there already",
            "another command makes it, or was killed when it did; then remove it");
      }
      throw e;
    }
    content = parent.openDirectory(incomplete);
  }

  Directory content() {
    return content;
  }

  /** Makes it durable, and gives it its name. */
  void complete() {
    RawPath path = parent.subject().resolve(name);
    try {
      content.fd().syncFilesystem();
      parent.rename(incomplete, parent, name);
      complete = true;
      parent.fd().sync();
    } catch (SystemCallException e) {
      throw NewFile.unusable(path, e);
    }
  }

  @Override
  public void close() {
    try (parent) {
      content.close();
      if (!complete) {
        parent.removeTree(incomplete);
      }
    }
  }
}
