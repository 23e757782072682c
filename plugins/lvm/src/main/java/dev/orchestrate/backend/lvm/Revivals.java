package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Sealing.Revival;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names for inodes that could not get one in the live tree: orphans, which {@link Ext4Orphans} has
 * kept, and what chattr +i protects. Done again, it makes what is missing.
 */
final class Revivals {
  /** The immutable and append-only flags of chattr(1), which forbid new names. */
  private static final int IMMUTABLE_OR_APPEND_ONLY = 0x30;

  private final Directory top;
  private final InodeNumbers inodes;
  private final Notes notes;

  /**
   * @param top of the snapshot, writable
   */
  Revivals(Directory top, FilesystemKind kind, Notes notes) {
    this.top = top;
    this.inodes = new InodeNumbers(top, kind);
    this.notes = notes;
  }

  void revive(List<Revival> revivals) {
    if (revivals.isEmpty()) {
      return;
    }
    Map<Long, Integer> flags = flagsOfProtected(revivals);
    for (Revival revival : revivals) {
      try {
        revive(revival, flags);
      } catch (SystemCallException e) {
        throw Failures.of(
            e,
            "giving inode " + revival.inode() + " a name in the snapshot",
            "CAP_DAC_READ_SEARCH and CAP_LINUX_IMMUTABLE");
      }
    }
  }

  private void revive(Revival revival, Map<Long, Integer> flags) {
    RawPath relinked = revival.relinked();
    try (Directory folder = Sealing.makeFolder(top, relinked.parent());
        Fd inode = inodes.open(revival.inode())) {
      Integer wanted = flags.get(revival.inode());
      if (wanted == null) {
        linkIfMissing(inode, folder, relinked.name());
        return;
      }
      try (Fd file = inode.reopen(Fd.O_RDONLY | Fd.O_NONBLOCK)) {
        file.setInodeFlags(wanted & ~IMMUTABLE_OR_APPEND_ONLY);
        linkIfMissing(file, folder, relinked.name());
        file.setInodeFlags(wanted);
      }
    }
  }

  private static void linkIfMissing(Fd inode, Directory folder, RawPath name) {
    boolean there =
        folder.find(name).map(found -> found.inode() == inode.stat().inode()).orElse(false);
    if (!there) {
      inode.link(folder, name);
    }
  }

  /** As they were before the first attempt, by inode. */
  private Map<Long, Integer> flagsOfProtected(List<Revival> revivals) {
    List<List<Long>> lines = notes.read("flags").orElseGet(() -> noteFlags(revivals));
    Map<Long, Integer> flags = new HashMap<>();
    lines.forEach(line -> flags.put(line.get(0), line.get(1).intValue()));
    return flags;
  }

  private List<List<Long>> noteFlags(List<Revival> revivals) {
    List<List<Long>> lines = new ArrayList<>();
    for (Revival revival : revivals) {
      try (Fd inode = inodes.open(revival.inode())) {
        Stat stat = inode.stat();
        if (stat.isProtected()) {
          try (Fd file = inode.reopen(Fd.O_RDONLY | Fd.O_NONBLOCK)) {
            lines.add(List.of(revival.inode(), (long) file.inodeFlags()));
          }
        }
      }
    }
    if (!lines.isEmpty()) {
      notes.write("flags", lines);
    }
    return lines;
  }
}
