package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.increment.NamedInode.EarlierInode;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * From which inode of the earlier tree each of the later is made: of each, one at most. A bad
 * choice costs bytes and nothing else, since contents are compared in any case.
 */
final class Bases {
  private final ChangedNames names;
  private final Map<RawPath, RawPath> relinked;
  private final Map<Long, EarlierInode> byNumber = new HashMap<>();
  private final Map<RawPath, EarlierInode> byName = new HashMap<>();
  private final Set<InodeKey> taken = new HashSet<>();
  private final Map<InodeKey, EarlierInode> bases = new LinkedHashMap<>();

  /**
   * @param relinked what is known of both trees' files without a name: a name in the later one, and
   *     that of the same file in the earlier
   */
  Bases(ChangedNames names, Map<RawPath, RawPath> relinked) {
    this.names = names;
    this.relinked = relinked;
    for (EarlierInode inode : names.earlier().values()) {
      byNumber.put(inode.stat().inode(), inode);
      inode.names().forEach(name -> byName.put(name, inode));
    }
    choose(this::ofSameNumber);
    choose(this::ofSameName);
    choose(this::ofSameOrphan);
  }

  Optional<EarlierInode> of(NamedInode inode) {
    return Optional.ofNullable(bases.get(inode.stat().key()));
  }

  private void choose(Function<NamedInode, Optional<EarlierInode>> rule) {
    names
        .inodes()
        .forEach(
            (key, inode) -> {
              if (!bases.containsKey(key)) {
                rule.apply(inode).ifPresent(base -> take(key, base));
              }
            });
  }

  private void take(InodeKey key, EarlierInode base) {
    taken.add(base.stat().key());
    bases.put(key, base);
  }

  /** A file that was renamed has its number still; where numbers tell nothing, size and date do. */
  private Optional<EarlierInode> ofSameNumber(NamedInode inode) {
    return Optional.ofNullable(byNumber.get(inode.stat().inode()))
        .filter(base -> isFree(base) && inode.isFile() && isFile(base))
        .filter(
            base ->
                names.numbersTell()
                    || inode.inPlace(base).isPresent()
                    || looksLike(inode.stat(), base.stat()));
  }

  private Optional<EarlierInode> ofSameName(NamedInode inode) {
    return inode.names().stream()
        .filter(name -> name.before().isPresent() && (inode.isFile() || name.same()))
        .flatMap(name -> Optional.ofNullable(byName.get(name.path())).stream())
        .filter(this::isFree)
        .findFirst();
  }

  /** An orphan is relinked by each checkpoint anew, as a file of another number. */
  private Optional<EarlierInode> ofSameOrphan(NamedInode inode) {
    return inode.names().stream()
        .flatMap(name -> Optional.ofNullable(relinked.get(name.path())).stream())
        .flatMap(name -> Optional.ofNullable(byName.get(name)).stream())
        .filter(base -> isFree(base) && inode.isFile() && isFile(base))
        .findFirst();
  }

  private boolean isFree(EarlierInode base) {
    return !taken.contains(base.stat().key());
  }

  private static boolean isFile(EarlierInode base) {
    return base.stat().kind() == Stat.Kind.FILE;
  }

  private static boolean looksLike(Stat one, Stat other) {
    return one.size() == other.size() && one.isModifiedWith(other);
  }
}
