package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import java.util.Optional;

/**
 * The copy of its manifest that a checkpoint keeps in a filesystem which other hosts mount, too:
 * whoever finds the same inode there, with the same contents, looks at the same filesystem. Names
 * of servers tell less, as each host may have its own.
 *
 * @param inode its number, which all hosts see
 * @param digest of its contents, which may be older than the manifest in the catalog
 */
record SharedManifest(long inode, String digest) {

  /**
   * As this host sees it; empty if it is not there.
   *
   * @param top of the filesystem
   */
  static Optional<SharedManifest> find(Directory top, Manifest manifest) {
    RawPath path = manifest.manifestPath();
    Optional<Directory> opened = SharedFolder.open(top, path.parent());
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (Directory folder = opened.get();
        Fd file = folder.openBeneath(path.name(), Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK)) {
      Stat stat = file.stat();
      return stat.kind() == Stat.Kind.FILE && stat.size() <= ManifestFormat.LARGEST
          ? Optional.of(new SharedManifest(stat.inode(), Sha256.of(file.readAll())))
          : Optional.empty();
    } catch (SystemCallException e) {
      if (SharedFolder.isAbsence(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
