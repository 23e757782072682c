package dev.orchestrate.engine.owner;

import dev.orchestrate.linux.RawPath;

/**
 * Who has which number in a tree. The folders that lead to the relinked files are made by whoever
 * takes checkpoints, and stay theirs.
 *
 * @param relinkFolder relative to the top
 */
public record TreeOwners(OwnerMap map, RawPath relinkFolder) {

  /** For what is at a path, relative to the top. */
  public OwnerMap at(RawPath path) {
    boolean leadsThere = !path.isEmpty() && relinkFolder.isBelow(path);
    return leadsThere ? OwnerMap.NONE : map;
  }
}
