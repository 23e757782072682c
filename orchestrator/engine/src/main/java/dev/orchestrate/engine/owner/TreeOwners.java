package dev.orchestrate.engine.owner;

import dev.orchestrate.linux.RawPath;

/**
 * Who has which number in a tree. Folders of root's that lead to the relinked files stay root's: in
 * those of anybody else, no checkpoint would be taken.
 *
 * @param relinkFolder relative to the top
 */
public record TreeOwners(OwnerMap map, RawPath relinkFolder) {

  /** For what is at a path, relative to the top. */
  public OwnerMap at(RawPath path) {
    boolean leadsThere = !path.isEmpty() && relinkFolder.isBelow(path);
    return leadsThere ? map.withoutRoot() : map;
  }
}
