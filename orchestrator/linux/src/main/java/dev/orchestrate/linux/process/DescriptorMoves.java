package dev.orchestrate.linux.process;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The order in which descriptors can be moved to their numbers without overwriting one that is
 * still to be moved: the parallel-move problem. No number above the highest wanted is needed, so
 * that a program may get as many descriptors as its limit allows.
 */
final class DescriptorMoves {
  /** dup2(from, to). */
  record Move(int from, int to) {}

  /**
   * @param moves in the order in which they have to happen
   * @param spares numbers used in between, to be closed at the end
   */
  record Order(List<Move> moves, Set<Integer> spares) {}

  private DescriptorMoves() {}

  /**
   * @param wanted the number where each is needed, to the number where it is now
   * @param reserved numbers that have to stay as they are
   */
  static Order of(SortedMap<Integer, Integer> wanted, Set<Integer> reserved) {
    Map<Integer, Integer> pending = new TreeMap<>(wanted);
    Map<Integer, Integer> uses = new HashMap<>();
    pending.values().forEach(from -> uses.merge(from, 1, Integer::sum));
    List<Move> moves = new ArrayList<>();
    Set<Integer> spares = new HashSet<>();
    while (!pending.isEmpty()) {
      if (!moveWhatCanMove(pending, uses, moves)) {
        int blocked = pending.keySet().iterator().next();
        int spare = unused(pending.keySet(), wanted.keySet(), uses.keySet(), spares, reserved);
        spares.add(spare);
        moves.add(new Move(blocked, spare));
        pending.replaceAll((to, from) -> from == blocked ? spare : from);
        uses.put(spare, uses.remove(blocked));
      }
    }
    return new Order(moves, spares);
  }

  private static boolean moveWhatCanMove(
      Map<Integer, Integer> pending, Map<Integer, Integer> uses, List<Move> moves) {
    boolean moved = false;
    for (Iterator<Map.Entry<Integer, Integer>> i = pending.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<Integer, Integer> next = i.next();
      int to = next.getKey();
      int from = next.getValue();
      boolean onlyItself = from == to && uses.get(to) == 1;
      if (onlyItself || !uses.containsKey(to)) {
        moves.add(new Move(from, to));
        uses.computeIfPresent(from, (number, count) -> count == 1 ? null : count - 1);
        i.remove();
        moved = true;
      }
    }
    return moved;
  }

  @SafeVarargs
  private static int unused(Collection<Integer>... taken) {
    int number = 3;
    while (isTaken(number, taken)) {
      number++;
    }
    return number;
  }

  @SafeVarargs
  private static boolean isTaken(int number, Collection<Integer>... taken) {
    for (Collection<Integer> some : taken) {
      if (some.contains(number)) {
        return true;
      }
    }
    return false;
  }
}
