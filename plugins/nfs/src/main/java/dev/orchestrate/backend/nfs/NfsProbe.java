package dev.orchestrate.backend.nfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Assessment.Fits;
import dev.orchestrate.spi.Assessment.Unfit;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a target is on a shared filesystem, and what that means. Changes nothing. */
final class NfsProbe {
  private final Target target;
  private final Settings settings;

  NfsProbe(Target target, Settings settings) {
    this.target = target;
    this.settings = settings;
  }

  Assessment assess() {
    String type = target.mount().type();
    Optional<SharedFilesystem> kind = SharedFilesystem.of(type);
    if (kind.isEmpty()) {
      return new Unfit("%s is %s, no network or cluster filesystem".formatted(target.path(), type));
    }
    RawPath point = target.mount().point();
    if (!target.isMountPoint() || !target.mount().root().equals(RawPath.ROOT)) {
      return new Unfit(
          "%s is a folder inside a filesystem; give the place where the whole of it is mounted%s"
              .formatted(target.path(), target.isMountPoint() ? "" : ": " + point));
    }
    if (target.mount().readOnly()) {
      return new Unfit(
          "%s is mounted read-only; remount it read-write: mount -o remount,rw %s"
              .formatted(point, point));
    }
    if (settings.snapshotFolder().isPresent()) {
      return new Unfit("nothing is copied, so that there is nothing to keep in --snapshot-dir");
    }
    try (Directory top = Directory.open(target.path())) {
      return new Fits(
          List.of(new Volume(RawPath.EMPTY, top.stat().device())),
          Set.of(Capability.KEEPS_RELINKS),
          notes(kind.get(), top));
    }
  }

  private static List<String> notes(SharedFilesystem kind, Directory top) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "no snapshot: keeps unlinked files; the named ones stay as they are, and go on changing");
    notes.add("a restarted program writes to the live tree, for good");
    notes.add("what other hosts write is not stopped, and other hosts' open files are not kept");
    if (kind == SharedFilesystem.NFS) {
      notes.add("original names of unlinked files are not known, and unlinked folders are lost");
    } else {
      notes.add("orphans are copied while the processes are frozen, unlike on NFS");
    }
    if (kind == SharedFilesystem.CEPHFS && exists(top, CephSnapshot.FOLDER)) {
      notes.add("also makes the snapshot .snap/ID, if this client may");
    }
    if (exists(top, RawPath.of(".snapshot"))) {
      notes.add("the server's own snapshots are in .snapshot; they are not used");
    }
    return notes;
  }

  /** Such folders are in no listing. */
  private static boolean exists(Directory top, RawPath name) {
    try {
      top.openDirectory(name).close();
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.EACCES, Errno.EPERM, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV)) {
        return false;
      }
      throw e;
    }
  }
}
