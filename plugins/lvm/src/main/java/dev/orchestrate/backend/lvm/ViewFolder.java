package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import java.time.Duration;

/**
 * Where a view is mounted, or a tree that is received, below the state folder: a folder that is a
 * mount of itself, and in it the tree. Its mode lets nobody but root in.
 *
 * <p>The mount of itself passes the unmounting on to other mount namespaces. A restarted program
 * has one of its own, copied while other views were mounted; without this, those could not be
 * removed before the program's end.
 */
record ViewFolder(StoredSnapshot stored, RawPath name) {
  private static final RawPath TREE = RawPath.of("tree");
  private static final int ATTEMPTS = 50;
  private static final Duration PAUSE = Duration.ofMillis(100);

  RawPath tree() {
    return path().resolve(TREE);
  }

  private RawPath path() {
    return stored.folder().resolve(name);
  }

  void mount(RawPath device) {
    try (Directory folder = StateFolder.openOrMake(stored)) {
      folder.makeDirectory(name, 0700);
      MountNamespace.shareBelow(path());
      try (Directory own = Directory.open(path())) {
        own.makeDirectory(TREE, 0700);
      }
      MountNamespace.mountDevice(
          device, tree(), stored.kind().type(), stored.kind().mountOptions());
    } catch (SystemCallException e) {
      throw Failures.of(e, "mounting a view at " + tree(), "CAP_SYS_ADMIN");
    }
  }

  /** Unmounts and removes what is there of it. */
  void remove() {
    unmount(tree());
    unmount(path());
    StateFolder.openIfThere(stored).ifPresent(this::removeFrom);
  }

  private void removeFrom(Directory opened) {
    try (Directory folder = opened) {
      if (folder.find(name).isPresent()) {
        try (Directory own = folder.openDirectory(name)) {
          removeIfThere(own, TREE);
        }
        removeIfThere(folder, name);
      }
    } catch (SystemCallException e) {
      throw Failures.of(e, "removing the folder of a view", "");
    }
  }

  private static void removeIfThere(Directory parent, RawPath name) {
    try {
      parent.removeDirectory(name);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private static void unmount(RawPath place) {
    for (int i = 0; isMounted(place); i++) {
      try {
        MountNamespace.unmountUnused(place);
      } catch (SystemCallException e) {
        if (!e.is(Errno.EBUSY)) {
          throw Failures.of(e, "unmounting the view", "CAP_SYS_ADMIN");
        }
        if (i >= ATTEMPTS) {
          throw new ConflictException(
              "the view at " + place + " is in use", "see by whom: fuser -vm " + place, e);
        }
        // a program that has ended a moment ago may not have let go yet
        Patience.pause(PAUSE);
      }
    }
  }

  private static boolean isMounted(RawPath place) {
    return MountInfo.ofSelf().stream().anyMatch(mount -> mount.point().equals(place));
  }
}
