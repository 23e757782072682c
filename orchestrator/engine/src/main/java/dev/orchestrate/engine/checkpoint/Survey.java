package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.openfiles.Held;
import dev.orchestrate.engine.openfiles.Holdings;
import dev.orchestrate.engine.openfiles.OriginalNames;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.plan.ProcessSelection;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.InodeState;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a checkpoint would be about, as of now.
 *
 * @param processes that would be frozen
 * @param unlinked what would be relinked
 */
public record Survey(List<Integer> processes, List<Unlinked> unlinked, List<String> warnings) {

  /** Looks at the processes and changes nothing. */
  public static Survey of(Plan plan) {
    return of(plan, plan.request().selection());
  }

  /** The same of all who hold something there, whichever the plan is about. */
  public static Survey ofHolders(Plan plan) {
    return of(plan, new ProcessSelection.Holders());
  }

  private static Survey of(Plan plan, ProcessSelection selection) {
    try (Directory top = Directory.open(plan.target().path());
        Holders holders = Holders.of(plan.target(), plan.fit(), selection)) {
      Map<Integer, Holdings> files = holders.find();
      List<Unlinked> unlinked = new ArrayList<>();
      new UnlinkedFiles(new OriginalNames(top, plan.target().pathInFilesystem()))
          .of(
              Holdings.all(files.values()).toList(),
              (held, name) -> unlinked.add(Unlinked.of(held, name.path())));
      return new Survey(
          List.copyOf(files.keySet()), unlinked.stream().distinct().toList(), holders.warnings());
    }
  }

  /**
   * An inode that its name does not reach.
   *
   * @param original that name, relative to the target
   * @param links how many others it has
   */
  public record Unlinked(long inode, RawPath original, Stat.Kind kind, long size, int links) {
    static Unlinked of(Held held, RawPath original) {
      InodeState state = held.state();
      return new Unlinked(state.inode(), original, state.kind(), state.size(), state.links());
    }
  }
}
