package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.openfiles.Held;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.List;

/**
 * What a checkpoint would be about.
 *
 * @param processes that would be frozen
 * @param unlinked what would be relinked
 */
public record Survey(List<Integer> processes, List<Unlinked> unlinked, List<String> warnings) {

  /**
   * An inode that its name does not reach.
   *
   * @param original that name, relative to the target
   * @param links how many others it has
   */
  public record Unlinked(long inode, RawPath original, Stat.Kind kind, long size, int links) {
    static Unlinked of(Held held, RawPath original) {
      Stat stat = held.stat();
      return new Unlinked(stat.inode(), original, stat.kind(), stat.size(), stat.links());
    }
  }
}
