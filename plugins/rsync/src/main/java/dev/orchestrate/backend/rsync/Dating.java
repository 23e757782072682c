package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Target;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a filesystem dates, by our own clock, whatever changes an inode: writes, also the first
 * through a mapping after the page was written back, new attributes, new links and new names. The
 * change time can't be set by a program, so it tells what a first pass has missed. tmpfs does not
 * date writes through mappings, and network filesystems have another clock.
 */
final class Dating {
  private static final long EXT4 = 0xEF53;
  private static final long XFS = 0x58465342;
  private static final long BTRFS = 0x9123683EL;
  private static final long F2FS = 0xF2F52010L;
  private static final long OVERLAYFS = 0x794c7630;
  private static final Set<Long> RELIABLE = Set.of(EXT4, XFS, BTRFS, F2FS);

  private Dating() {}

  static boolean isReliable(Target target) {
    return target.fsType() == OVERLAYFS
        ? upperFilesystem(target).map(RELIABLE::contains).orElse(false)
        : RELIABLE.contains(target.fsType());
  }

  /** Of an overlayfs: what is written is written there. In a container it can't be seen. */
  private static Optional<Long> upperFilesystem(Target target) {
    Optional<RawPath> upper =
        target.mount().superOptions().stream()
            .filter(option -> option.startsWith("upperdir=/"))
            .map(option -> RawPath.of(option.substring("upperdir=".length())))
            .findFirst();
    try (Directory folder = Directory.openFollowing(upper.orElse(RawPath.EMPTY))) {
      return Optional.of(folder.fd().filesystemType());
    } catch (SystemCallException e) {
      return Optional.empty();
    }
  }
}
