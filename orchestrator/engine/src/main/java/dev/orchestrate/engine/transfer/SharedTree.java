package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.engine.manifest.Relink.Strategy;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A filesystem here that should be the one in which another host has stored a checkpoint. */
final class SharedTree {
  private final Manifest sent;
  private final RawPath path;

  /**
   * @param sent as the other host has it
   * @param path where the filesystem is mounted here
   */
  SharedTree(Manifest sent, RawPath path) {
    this.sent = sent;
    this.path = path;
  }

  /**
   * Looks at the manifest's copy, and at each relinked name. Sizes are not compared: a program that
   * went on after the checkpoint writes to the same files.
   *
   * @param there what the other host has found
   * @throws NotFoundException if this is another filesystem, or a name is missing
   * @throws DamagedException if a name leads to another file than the one that was relinked
   */
  void requireStored(SharedManifest there) {
    try (Directory top = Directory.open(path)) {
      if (!SharedManifest.find(top, sent).equals(Optional.of(there))) {
        throw new NotFoundException(
            "%s: is not the filesystem that checkpoint %s is in: %s is missing, or another file"
                .formatted(path, sent.id(), sent.manifestPath()),
            "mount here what the sending host has at %s: %s"
                .formatted(sent.target().path(), sent.target().source()));
      }
      sent.relinks().stream()
          .collect(Collectors.groupingBy(relink -> relink.relinked().parent()))
          .forEach((folder, relinks) -> requireStored(top, folder, relinks));
    } catch (SystemCallException e) {
      throw Failures.of(
          e, "looking for checkpoint %s at %s".formatted(sent.id(), path), "CAP_DAC_READ_SEARCH");
    }
  }

  private void requireStored(Directory top, RawPath folder, List<Relink> relinks) {
    try (Directory opened =
        SharedFolder.open(top, folder).orElseThrow(() -> missing(path.resolve(folder)))) {
      relinks.forEach(relink -> requireStored(opened, relink));
    }
  }

  private void requireStored(Directory folder, Relink relink) {
    RawPath name = path.resolve(relink.relinked());
    Stat stat = folder.find(relink.relinked().name()).orElseThrow(() -> missing(name));
    // all but links are new inodes
    boolean sameInode = relink.strategy() != Strategy.LINK || stat.inode() == relink.inode();
    if (stat.kind() != relink.kind() || !sameInode) {
      throw new DamagedException(
          "%s: is %s %d, and not %s %d that was relinked"
              .formatted(name, stat.kind(), stat.inode(), relink.kind(), relink.inode()),
          "nothing was kept; somebody has put it there in the place of the other");
    }
  }

  private static NotFoundException missing(RawPath name) {
    return new NotFoundException(
        name + ": is not there, though the manifest names it",
        "nothing was kept; see on the sending host whether it was removed");
  }
}
