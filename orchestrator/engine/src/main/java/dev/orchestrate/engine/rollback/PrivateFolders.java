package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.live.OwnFolders;
import dev.orchestrate.engine.live.PrivateFolder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One for each volume in which something is to be changed, as no link and no new name leads from
 * one volume into another. The journal knows of each before it is made, and which inode it is
 * before anything comes into it.
 */
final class PrivateFolders implements AutoCloseable {
  private final Directory top;
  private final Journal journal;
  private final OwnFolders own;
  private final Map<Long, RawPath> volumes = new HashMap<>();
  private final Map<Long, PrivateFolder> folders = new HashMap<>();

  /**
   * @param top of the live tree
   */
  PrivateFolders(Directory top, Journal journal, OwnFolders own) {
    this.top = top;
    this.journal = journal;
    this.own = own;
    addVolume(RawPath.EMPTY, top.stat());
  }

  /** A volume was met in the live tree. */
  void addVolume(RawPath path, Stat stat) {
    volumes.put(stat.device(), path);
  }

  boolean isVolume(RawPath path) {
    return volumes.containsValue(path);
  }

  /** The one in the volume that a folder is in. */
  PrivateFolder of(Directory folder) {
    return folders.computeIfAbsent(folder.stat().device(), this::make);
  }

  private PrivateFolder make(long device) {
    RawPath path = volumes.get(device);
    Directory volume = top.openDirectory(path);
    if (volume.stat().device() != device) {
      volume.close();
      throw new ConflictException(
          volume.subject() + ": somebody else changes names there", "end who does that");
    }
    journal.note(List.of(new Entry.PrivateFolder(path, Optional.empty())));
    PrivateFolder folder = PrivateFolder.make(volume, own);
    journal.note(List.of(new Entry.PrivateFolder(path, Optional.of(folder.inode()))));
    return folder;
  }

  void remove() {
    folders.values().forEach(PrivateFolder::remove);
  }

  @Override
  public void close() {
    folders.values().forEach(PrivateFolder::close);
  }
}
