package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.openfiles.Held;
import dev.orchestrate.engine.openfiles.OriginalNames;
import dev.orchestrate.engine.openfiles.ProcessFiles;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a checkpoint would be about, as of now.
 *
 * @param processes that would be frozen
 * @param held how many descriptors, mappings and places of them are on the target
 * @param lookMicros how long it takes to look at these once more, as is done while the processes
 *     stand still; in microseconds
 * @param unlinked what would be relinked
 */
public record Survey(
    List<Integer> processes,
    int held,
    long lookMicros,
    List<Unlinked> unlinked,
    List<String> warnings) {

  /** The first looks cost a Java machine more than what they are to tell. */
  private static final int LOOKS = 3;

  /** Looks at the processes and changes nothing. */
  public static Survey of(Plan plan) {
    try (Directory top = Directory.open(plan.target().path())) {
      Holders holders = Holders.of(plan);
      Map<Integer, ProcessFiles> files = holders.find();
      List<Unlinked> unlinked = new ArrayList<>();
      new UnlinkedFiles(new OriginalNames(top, plan.target().pathInFilesystem()))
          .of(files.values(), (held, name) -> unlinked.add(Unlinked.of(held, name.path())));
      return new Survey(
          List.copyOf(files.keySet()),
          (int) files.values().stream().flatMap(ProcessFiles::all).count(),
          lookMicros(holders, files),
          unlinked.stream().distinct().toList(),
          holders.warnings());
    }
  }

  private static long lookMicros(Holders holders, Map<Integer, ProcessFiles> files) {
    long micros = 0;
    for (int i = 0; i < LOOKS; i++) {
      long start = System.nanoTime();
      holders.rescan(files.keySet());
      micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
    }
    return micros;
  }

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
