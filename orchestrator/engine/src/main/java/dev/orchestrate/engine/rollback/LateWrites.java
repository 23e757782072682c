package dev.orchestrate.engine.rollback;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.diff.PairWalk;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.time.Instant;

/**
 * What was written in the live tree while it is rolled back, by somebody who was not seen to hold
 * anything: the checkpoint of before may not have it, so it is not removed.
 */
final class LateWrites implements PairWalk.Visitor {
  private final Trees trees;
  private final Instant since;
  private final Cancellation cancellation;

  /**
   * @param since when the checkpoint of before was begun
   */
  LateWrites(Trees trees, Instant since, Cancellation cancellation) {
    this.trees = trees;
    this.since = since;
    this.cancellation = cancellation;
  }

  /**
   * Looks at what is about to lose its name in the live tree, with all that is below it.
   *
   * @throws ConflictException if it was written since
   */
  void requireNone(PairWalk.Pair pair) {
    PairWalk.Descent descent = visit(pair);
    if (descent.after()) {
      new PairWalk(trees.before(), trees.live(), this, cancellation::check)
          .run(pair.path(), descent, pair.afterStat());
    }
  }

  @Override
  public PairWalk.Descent visit(PairWalk.Pair pair) {
    pair.afterStat()
        .filter(stat -> !stat.isDirectory() && isLate(stat))
        .ifPresent(
            stat -> {
              throw new ConflictException(
                  pair.path() + ": was written while the tree is rolled back", "end who does that");
            });
    return new PairWalk.Descent(false, pair.isFolderAfter());
  }

  /**
   * By both dates: a rollback changes the one, as links come and go, and programs can set the other
   * to one that is yet to come.
   */
  private boolean isLate(Stat stat) {
    return stat.modified().isAfter(since) && stat.changed().isAfter(since);
  }
}
