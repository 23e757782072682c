package dev.orchestrate.linux.mount;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.linux.process.OwnThread;
import java.util.Comparator;
import java.util.Optional;

/**
 * The mount namespace of other processes, as a file such as {@code /proc/PID/ns/mnt} stands for it;
 * mount_namespaces(7). Looking into it needs CAP_SYS_ADMIN and CAP_SYS_CHROOT; setns(2).
 */
public final class ForeignNamespace implements AutoCloseable {
  private final Fd file;

  private ForeignNamespace(Fd file) {
    this.file = file;
  }

  /** Opens the file; whether it stands for a mount namespace is seen when that is entered. */
  public static ForeignNamespace open(RawPath file) {
    return new ForeignNamespace(Fd.open(file, Fd.O_RDONLY));
  }

  /**
   * A directory of that namespace.
   *
   * @param mount that it is on
   * @param inFilesystem its path from the root of the filesystem
   */
  public record Place(Stat stat, MountInfo mount, RawPath inFilesystem) {

    /**
     * Where this process sees the same directory, by a mount that can be written to if there is
     * one; nothing if the filesystem, or this part of it, is not mounted here, or hidden.
     */
    public Optional<RawPath> here() {
      return MountInfo.ofSelf().stream()
          .filter(one -> one.device() == mount.device() && inFilesystem.isBelow(one.root()))
          .sorted(Comparator.comparing(MountInfo::readOnly))
          .map(one -> one.point().resolve(inFilesystem.relativeTo(one.root())))
          .filter(this::isAt)
          .findFirst();
    }

    private boolean isAt(RawPath path) {
      try (Directory directory = Directory.open(path)) {
        return directory.stat().isSameInode(stat);
      } catch (SystemCallException e) {
        return false;
      }
    }
  }

  /**
   * What its processes find by this path, links included: those lead to where they lead there.
   *
   * @return nothing if the path leads out of the namespace, as one by /proc/PID/root does
   */
  public Optional<Place> find(RawPath directory) {
    return OwnThread.call(
        () -> {
          try (Directory thread = MountInfo.folderOfThread()) {
            MountNamespace.separateWorkingDirectory();
            enter();
            try (Directory found = Directory.openFollowing(directory)) {
              return place(found, thread);
            }
          }
        });
  }

  private static Optional<Place> place(Directory found, Directory thread) {
    Stat stat = found.stat();
    RawPath path = found.fd().kernelPath(thread);
    return MountInfo.of(thread).stream()
        .filter(one -> one.id() == stat.mountId() && path.isBelow(one.point()))
        .findFirst()
        .map(mount -> new Place(stat, mount, mount.root().resolve(path.relativeTo(mount.point()))));
  }

  /** Enters it, for the calling thread, which shares no working directory with others. */
  public void enter() {
    SystemCalls.enterMountNamespace(file);
  }

  @Override
  public void close() {
    file.close();
  }
}
