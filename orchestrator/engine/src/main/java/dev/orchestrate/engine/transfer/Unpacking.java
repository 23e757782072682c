package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.increment.OwnerChange;
import dev.orchestrate.engine.increment.TreeUpdate;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.engine.owner.TreeOwners;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.linux.process.OwnThread;
import dev.orchestrate.linux.process.StreamingProgram;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SystemFailureException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The tree of a stream, or what differs from a parent's, on its way into a folder that is there for
 * it, and for nothing else.
 */
final class Unpacking {
  private static final Duration PATIENCE = Duration.ofHours(6);

  private final Incoming stream;
  private final Compression compression;
  private final Manifest manifest;
  private final TreeOwners owners;
  private final boolean devices;
  private final Optional<Manifest> parent;
  private final List<String> notices = new ArrayList<>();

  /**
   * @param owners of which a parent's tree has to be made, too
   * @param devices whether there may be device files
   * @param parent of whose tree the folder has a copy; empty if the folder is empty
   */
  Unpacking(
      Incoming stream,
      Compression compression,
      Manifest manifest,
      TreeOwners owners,
      boolean devices,
      Optional<Manifest> parent) {
    this.stream = stream;
    this.compression = compression;
    this.manifest = manifest;
    this.owners = owners;
    this.devices = devices;
    this.parent = parent;
  }

  List<String> notices() {
    return notices;
  }

  /**
   * Unpacks all, and compares it with its checksum and with the manifest.
   *
   * @param top of the tree
   * @param progress told of bytes
   * @throws DamagedException if it is not what was sent, or what it should be
   * @throws ConflictException if it would be unpacked into what it is read from
   */
  void into(Directory top, LongConsumer progress) {
    stream.requireApart(top);
    OwnThread.call(
        () -> {
          try (Directory confined = confineTo(top)) {
            if (parent.isPresent()) {
              update(confined, progress);
            } else {
              unpack(new TreeArchive(confined, compression), progress);
              if (!owners.map().isEmpty()) {
                new OwnerChange(confined, owners).run(() -> progress.accept(0));
              }
            }
            confined.fd().syncFilesystem();
          }
          return null;
        });
    for (Relink relink : manifest.relinks()) {
      Optional<Stat> found = top.find(relink.relinked());
      if (found.isEmpty() || found.get().kind() != relink.kind()) {
        throw new DamagedException(
            "the tree of the stream lacks " + relink.relinked() + ", which its manifest names",
            "nothing was kept; send it again");
      }
    }
    if (!devices) {
      requireNoDevices(top);
    }
  }

  private void unpack(TreeArchive archive, LongConsumer progress) {
    try (StreamingProgram program = archive.read()) {
      try (OutputStream input = program.input()) {
        stream.tree(input, progress);
      } catch (IOException e) {
        archive.requireRead(program.await()); // it has ended before the tree did
        throw new SystemFailureException(
            "tar ended too early: " + e.getMessage(),
            "see whether there is room, and send it again",
            e);
      }
      stream.end();
      archive.requireRead(program.await());
      notices.addAll(archive.notices());
    }
  }

  private void update(Directory top, LongConsumer progress) throws IOException {
    TreeUpdate update = new TreeUpdate(top, owners, notices::add);
    Conduit.decompress(
        compression,
        steps -> stream.differences(steps, progress),
        steps -> update.apply(new BufferedInputStream(steps, 1 << 16)));
    stream.end();
  }

  /**
   * Whatever may be in the stream, and whatever tar makes of it: this thread and what it starts can
   * write to nothing but the folder. The caller may lack the right to have mounts of its own; then
   * it is tar's care alone.
   *
   * @return the folder, on the one mount that can be written to
   */
  private static Directory confineTo(Directory top) {
    RawPath path = top.fd().kernelPath();
    try {
      MountNamespace.enterPrivate();
      MountNamespace.allowWritingOnlyBelow(path);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EPERM, Errno.ENOSYS, Errno.EINVAL)) {
        throw e;
      }
    }
    Directory confined = Directory.open(path);
    if (!confined.stat().isSameInode(top.stat())) {
      confined.close();
      throw new ConflictException(
          path + ": something else is mounted over it", "unmount that, and receive it again");
    }
    return confined;
  }

  /** Whoever can open one has what is behind it, and views show them to all. */
  private static void requireNoDevices(Directory top) {
    String folder = "/proc/" + ProcessHandle.current().pid() + "/fd/" + top.fd().number() + "/.";
    Result found =
        ExternalProgram.run(
            PATIENCE,
            List.of(
                "find", folder, "(", "-type", "b", "-o", "-type", "c", ")", "-printf", "%P\n",
                "-quit"));
    if (found.status() != 0) {
      throw new SystemFailureException(
          "find: " + RawPath.printable(found.err().strip()), "nothing was kept; send it again");
    }
    if (!found.out().isEmpty()) {
      throw new ConflictException(
          "the tree of the stream has device files, such as "
              + RawPath.printable(found.out().lines().findFirst().orElse("")),
          "nothing was kept; if you trust the sender, receive it with --devices");
    }
  }
}
