package dev.orchestrate.engine.rollback;

import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.Stat;
import java.util.HashMap;
import java.util.Map;

/**
 * Which live inode stands for which stored one, so that names of one file are names of one file
 * again, and others are not. Keeps in memory only what has several names.
 */
final class LinkGroups {
  private final Map<InodeKey, InodeKey> liveOf = new HashMap<>();
  private final Map<InodeKey, InodeKey> storedOf = new HashMap<>();

  /** Whether a name's live inode can stand for its stored one, as far as that is known. */
  boolean fit(Stat stored, Stat live) {
    return live.key().equals(liveOf.getOrDefault(stored.key(), live.key()))
        && stored.key().equals(storedOf.getOrDefault(live.key(), stored.key()));
  }

  void join(Stat stored, Stat live) {
    if (stored.links() > 1) {
      liveOf.put(stored.key(), live.key());
    }
    if (live.links() > 1) {
      storedOf.put(live.key(), stored.key());
    }
  }
}
