package dev.orchestrate.engine.increment;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is no folder, in the later tree, with all names that it has there.
 *
 * @param names at least one
 */
record NamedInode(Stat stat, List<Name> names) {

  /**
   * @param before what had this name in the earlier tree, if that was of the same kind
   * @param same whether nothing but perhaps the other names differs from that
   */
  record Name(RawPath path, Optional<Stat> before, boolean same) {
    boolean was(EarlierInode inode) {
      return before.filter(stat -> stat.key().equals(inode.stat().key())).isPresent();
    }
  }

  /**
   * What is no folder, in the earlier tree.
   *
   * @param names at least one
   */
  record EarlierInode(Stat stat, List<RawPath> names) {
    static EarlierInode of(Stat stat) {
      return new EarlierInode(stat, new ArrayList<>());
    }
  }

  static NamedInode of(Stat stat) {
    return new NamedInode(stat, new ArrayList<>());
  }

  boolean isFile() {
    return stat.kind() == Stat.Kind.FILE;
  }

  /** The name that stays where it is if this is made from what had it before. */
  Optional<Name> inPlace(EarlierInode base) {
    return names.stream().filter(name -> name.was(base)).findFirst();
  }
}
