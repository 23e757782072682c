package dev.orchestrate.backend.lvm;

import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.Sealing.Revival;
import dev.orchestrate.spi.SystemFailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keeps inodes without a name from being erased by the first mount of a snapshot. On disk they are
 * in the list of orphans; mounting erases those with a link count of 0, and takes the others off
 * the list, after cutting off what they have beyond their end (fs/ext4/orphan.c). That costs the
 * same whatever their size.
 *
 * <p>So the count becomes 1 before, they are linked by {@link Revivals} while it is mounted, and
 * the count, 2 now, becomes 1 again after. Cutting off sets the time of modification: that is put
 * back as well.
 */
final class Ext4Orphans {
  private static final String NOTES = "orphans";

  private final Debugfs debugfs;
  private final Notes notes;
  private List<Orphan> orphans = List.of();

  Ext4Orphans(Debugfs debugfs, Notes notes) {
    this.debugfs = debugfs;
    this.notes = notes;
  }

  /** An inode that had no name when the snapshot was taken. */
  private record Orphan(long inode, long mtime, long mtimeExtra) {
    List<Long> note() {
      return List.of(inode, mtime, mtimeExtra);
    }
  }

  /** Before the first mount. */
  void keep(List<Revival> revivals) {
    List<Long> numbers = revivals.stream().map(Revival::inode).distinct().toList();
    boolean replayFirst = debugfs.needsRecovery();
    List<List<Long>> noted = notes.read(NOTES).orElse(null);
    if (noted == null && replayFirst) {
      throw new DamagedException(
          "the snapshot's journal is not empty, though it was taken of a frozen filesystem",
          "take the checkpoint again");
    }
    orphans =
        noted == null
            ? note(numbers)
            : noted.stream()
                .map(line -> new Orphan(line.get(0), line.get(1), line.get(2)))
                .toList();
    // with a journal left by an earlier mount they were kept already, and it knows better
    if (!replayFirst && !orphans.isEmpty()) {
      setLinksToOne(List.of());
    }
  }

  private List<Orphan> note(List<Long> numbers) {
    Map<Long, Ext4Inode> inodes = debugfs.inodes(numbers);
    List<Orphan> found = new ArrayList<>();
    for (long number : numbers) {
      Ext4Inode inode = inodes.get(number);
      if (inode == null) {
        throw new NotFoundException(
            "inode " + number + " is not in the snapshot", "take the checkpoint again");
      }
      if (inode.links() == 0) {
        found.add(new Orphan(number, inode.mtime(), inode.mtimeExtra()));
      }
    }
    notes.write(NOTES, found.stream().map(Orphan::note).toList());
    return found;
  }

  /** After the mount. */
  void finish() {
    if (orphans.isEmpty()) {
      return;
    }
    List<String> times = new ArrayList<>();
    for (Orphan orphan : orphans) {
      long seconds = orphan.mtime() + ((orphan.mtimeExtra() & 3) << 32);
      times.add("<%d> mtime @%d".formatted(orphan.inode(), seconds));
      times.add("<%d> mtime_extra %d".formatted(orphan.inode(), orphan.mtimeExtra()));
    }
    setLinksToOne(times);
  }

  private void setLinksToOne(List<String> more) {
    List<String> settings = new ArrayList<>(more);
    orphans.forEach(orphan -> settings.add("<%d> links_count 1".formatted(orphan.inode())));
    debugfs.set(settings);
    Map<Long, Ext4Inode> now = debugfs.inodes(orphans.stream().map(Orphan::inode).toList());
    for (Orphan orphan : orphans) {
      if (!now.containsKey(orphan.inode()) || now.get(orphan.inode()).links() != 1) {
        throw new SystemFailureException(
            "inode " + orphan.inode() + " could not be kept in the snapshot",
            "take the checkpoint again");
      }
    }
  }
}
