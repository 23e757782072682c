package dev.orchestrate.engine.relink;

import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.InodeState;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which inodes were copied while their processes ran, and whether the copies are still right. */
final class EarlyCopies {
  /** What an inode was when its copy was begun, and when that was. */
  private record Copied(InodeState state, Instant begun) {}

  private final Map<InodeKey, Copied> copies = new HashMap<>();
  private final Set<InodeKey> unpredictable = new HashSet<>();

  /** The times of this inode do not tell whether it changed. */
  void expectChange(InodeKey inode) {
    unpredictable.add(inode);
  }

  /**
   * @param state of the inode before the copy was begun
   */
  void add(InodeKey inode, InodeState state, Instant begun) {
    copies.put(inode, new Copied(state, begun));
  }

  /** Whether there is a copy, and the inode has certainly not changed since. */
  boolean isUpToDate(InodeKey inode, InodeState now) {
    Copied copied = copies.get(inode);
    return copied != null
        && !unpredictable.contains(inode)
        && now.isUnchangedSince(copied.state(), copied.begun())
        && now.size() == copied.state().size();
  }
}
