package dev.orchestrate.engine.openfiles;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts what was found earlier in the place of what was found again and is equal: each look is kept
 * once, and whoever has concluded something from it knows it again.
 */
final class SameLooks {
  private SameLooks() {}

  /** What was found {@code now}, as far as it can be with the objects of {@code before}. */
  static ProcessFiles of(ProcessFiles before, ProcessFiles now) {
    Map<Integer, List<HeldDescriptor>> descriptors = new LinkedHashMap<>(now.descriptors());
    descriptors.replaceAll(
        (thread, found) ->
            descriptors(before.descriptors().getOrDefault(thread, List.of()), found));
    return new ProcessFiles(
        now.pid(),
        descriptors,
        mappings(before.mappings(), now.mappings()),
        place(before.cwd(), now.cwd()),
        place(before.root(), now.root()),
        place(before.executable(), now.executable()),
        now.readsOurOutput());
  }

  /** Both ascend by number. */
  private static List<HeldDescriptor> descriptors(
      List<HeldDescriptor> before, List<HeldDescriptor> now) {
    if (now == before) {
      return now;
    }
    List<HeldDescriptor> same = new ArrayList<>(now.size());
    int i = 0;
    for (HeldDescriptor one : now) {
      while (i < before.size() && before.get(i).number() < one.number()) {
        i++;
      }
      boolean known = i < before.size() && before.get(i).number() == one.number();
      same.add(known ? descriptor(before.get(i), one) : one);
    }
    return same;
  }

  private static HeldDescriptor descriptor(HeldDescriptor before, HeldDescriptor now) {
    if (now.equals(before)) {
      return before;
    }
    return now.held().equals(before.held()) ? new HeldDescriptor(before.held(), now.info()) : now;
  }

  private static List<HeldMapping> mappings(List<HeldMapping> before, List<HeldMapping> now) {
    if (now.equals(before)) {
      return before;
    }
    Map<HeldMapping, HeldMapping> known = new HashMap<>();
    before.forEach(one -> known.put(one, one));
    return now.stream().map(one -> known.getOrDefault(one, one)).toList();
  }

  private static Optional<Held> place(Optional<Held> before, Optional<Held> now) {
    return now.equals(before) ? before : now;
  }
}
