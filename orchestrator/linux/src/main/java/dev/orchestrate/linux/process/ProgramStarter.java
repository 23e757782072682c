package dev.orchestrate.linux.process;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.PosixSpawn;
import dev.orchestrate.linux.SystemCalls;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Starts programs with posix_spawn(3) from the calling thread, whose mount namespace, working
 * directory and user they inherit.
 */
public final class ProgramStarter {
  private ProgramStarter() {}

  /**
   * @throws dev.orchestrate.linux.SystemCallException if the program can't be executed
   */
  public static ChildProgram start(Spawn spawn) {
    // the descriptors that the Java machine opened for itself are not for the program
    SystemCalls.closeOnExecFrom(3);
    try (PosixSpawn call = new PosixSpawn()) {
      SortedMap<Integer, Integer> wanted = new TreeMap<>();
      for (Map.Entry<Integer, Fd> descriptor : spawn.descriptors().entrySet()) {
        wanted.put(descriptor.getKey(), descriptor.getValue().number());
      }
      DescriptorMoves.Order order = DescriptorMoves.of(wanted);
      order.moves().forEach(move -> call.duplicate(move.from(), move.to()));
      order.spares().forEach(call::close);
      return new ChildProgram(call.start(spawn.file(), spawn.arguments(), spawn.environment()));
    }
  }
}
