package dev.orchestrate.engine.relink;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Volume;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The relink folders of one checkpoint, in each volume that needs one. */
final class RelinkFolders implements AutoCloseable {
  private final Directory top;
  private final RawPath path;
  private final Map<Volume, RelinkFolder> folders = new LinkedHashMap<>();

  /**
   * @param top of the target; stays open as long as this object
   * @param path of the folder in each volume
   */
  RelinkFolders(Directory top, RawPath path) {
    this.top = top;
    this.path = path;
  }

  /** Made at the first call. */
  RelinkFolder in(Volume volume) {
    RelinkFolder known = folders.get(volume);
    if (known == null) {
      known = RelinkFolder.make(top.openDirectory(volume.path()), path);
      folders.put(volume, known);
    }
    return known;
  }

  /** Writes the names in them to the disk. */
  void sync() {
    folders.values().forEach(RelinkFolder::sync);
  }

  /** Leaves them where they are. */
  void keep() {
    folders.values().forEach(RelinkFolder::close);
    folders.clear();
  }

  /** Removes them all, if need be also after one that can't be removed. */
  void remove() {
    RuntimeException failure = null;
    List<RelinkFolder> open = List.copyOf(folders.values());
    folders.clear();
    for (RelinkFolder folder : open) {
      try {
        folder.remove();
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** After a failure: those that were neither kept nor removed are emptied, as far as it goes. */
  @Override
  public void close() {
    folders.values().forEach(RelinkFolder::discard);
  }
}
