package dev.orchestrate.backend.nfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;

/**
 * A snapshot of cephfs: a folder made in {@code .snap}, which every folder has without showing it.
 * Its contents are the tree as it was, read-only. Source: docs.ceph.com, "CephFS Snapshots".
 */
final class CephSnapshot {
  static final RawPath FOLDER = RawPath.of(".snap");

  private CephSnapshot() {}

  /** Tried, as a client needs a right for it (the {@code s} flag) that it can't look up. */
  static boolean canBeMade(Directory top, String id) {
    try {
      make(top, id);
      remove(top, id);
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.EACCES, Errno.EPERM, Errno.EOPNOTSUPP)) {
        return false;
      }
      throw e;
    }
  }

  static void make(Directory top, String id) {
    try (Directory folder = top.openDirectory(FOLDER)) {
      folder.makeDirectory(RawPath.of(id), 0700);
    }
  }

  /** Does nothing if there is none. */
  static void remove(Directory top, String id) {
    try (Directory folder = top.openDirectory(FOLDER)) {
      folder.removeDirectory(RawPath.of(id));
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }
}
