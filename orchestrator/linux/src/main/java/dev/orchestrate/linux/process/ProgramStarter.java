package dev.orchestrate.linux.process;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.PosixSpawn;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Starts programs with posix_spawn(3) from the calling thread, whose mount namespace, working
 * directory and user they inherit.
 */
public final class ProgramStarter {
  private static final int FIRST_AFTER_STANDARD_STREAMS = 3;

  private ProgramStarter() {}

  /**
   * @throws dev.orchestrate.linux.SystemCallException if the program can't be executed
   */
  public static ChildProgram start(Spawn spawn) {
    try (PosixSpawn call = new PosixSpawn()) {
      SortedMap<Integer, Integer> wanted = new TreeMap<>();
      for (Map.Entry<Integer, Fd> descriptor : spawn.descriptors().entrySet()) {
        wanted.put(descriptor.getKey(), descriptor.getValue().number());
      }
      Set<Integer> kept =
          spawn.openUntilExec().stream().map(Fd::number).collect(Collectors.toSet());
      DescriptorMoves.Order order = DescriptorMoves.of(wanted, kept);
      order.moves().forEach(move -> call.duplicate(move.from(), move.to()));
      kept.addAll(spawn.descriptors().keySet());
      closeAllBut(kept, call);
      return new ChildProgram(call.start(spawn.file(), spawn.arguments(), spawn.environment()));
    }
  }

  /**
   * The descriptors that the Java machine opened for itself, at any time until the program starts,
   * are not for the program; so the child closes what it was not given.
   */
  private static void closeAllBut(Set<Integer> kept, PosixSpawn call) {
    int next = FIRST_AFTER_STANDARD_STREAMS;
    for (int number : new TreeSet<>(kept).tailSet(next)) {
      for (; next < number; next++) {
        call.close(next);
      }
      next = number + 1;
    }
    call.closeFrom(next);
  }
}
