package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.View;

/**
 * A writable tree over or beside the stored one: an overlayfs where that can be mounted, else a
 * copy that shares blocks where the filesystem can.
 */
final class ViewTree {
  private static final RawPath UPPER = RawPath.of("upper");
  private static final RawPath WORK = RawPath.of("work");
  private static final RawPath MERGED = RawPath.of("merged");
  private static final RawPath COPY = RawPath.of("copy");

  private final StoredCopy stored;
  private final Directory folder;
  private final Store store;
  private final RawPath name;

  ViewTree(StoredCopy stored, Directory folder, Store store, RawPath name) {
    this.stored = stored;
    this.folder = folder;
    this.store = store;
    this.name = name;
  }

  View make() {
    makeFolder();
    try (Directory own = folder.openDirectory(name)) {
      RawPath path = own.fd().kernelPath();
      if (stored.destination().host().isPresent()) {
        fetch(own);
      } else if (mountOverlay(own)) {
        return new View(path.resolve(MERGED));
      } else {
        TreeCopy.make(folder, own, COPY.text());
      }
      return new View(path.resolve(COPY));
    } catch (SystemCallException e) {
      throw removed(Failures.of(e, "making a view of the copy", ""));
    } catch (RuntimeException e) {
      throw removed(e);
    }
  }

  private void makeFolder() {
    if (!Rights.toRemoveViews()) {
      throw new PermissionException(
          "making a view of the copy: root could not remove it again", "run with CAP_DAC_OVERRIDE");
    }
    try {
      folder.makeDirectory(name, 0700);
    } catch (SystemCallException e) {
      throw e.is(Errno.EEXIST)
          ? new ConflictException(
              folder.subject().resolve(name) + ": there is such a view already", "unmount it", e)
          : Failures.of(e, "making a view of the copy", "");
    }
  }

  private boolean mountOverlay(Directory own) {
    own.makeDirectory(UPPER, 0700);
    own.makeDirectory(WORK, 0700);
    own.makeDirectory(MERGED, 0700);
    try (Directory tree = folder.openDirectory(RawPath.of(Store.TREE));
        Directory upper = own.openDirectory(UPPER);
        Directory work = own.openDirectory(WORK)) {
      // The top of an overlayfs has the attributes of its upper directory, as they are when it is
      // mounted: who may enter is decided by those, whatever is shown for later ones.
      own.setMetadata(UPPER, tree.stat());
      ExtendedAttributes.copy(tree.fd(), upper.fd());
      own.setMetadata(UPPER, tree.stat());
      return Overlay.mount(tree, upper, work, own.fd().kernelPath().resolve(MERGED));
    }
  }

  private void fetch(Directory own) {
    own.makeDirectory(COPY, 0700);
    Rsync.in(folder)
        .keepingAll()
        .and("-r")
        .explainedBy(text -> Words.explain(text, own))
        .runOnStill(store.words(Store.TREE), Words.of(own, COPY.text()) + "/");
  }

  private RuntimeException removed(RuntimeException reason) {
    try {
      remove(folder, name);
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
    return reason;
  }

  /** Unmounts a view and removes what was written to it; does nothing if there is none. */
  static void remove(Directory folder, RawPath name) {
    CopyFolder.unmountAllIn(folder.fd().kernelPath().resolve(name).resolve(MERGED));
    Removal.remove(folder, name);
  }
}
