package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.process.Kcmp;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Groups descriptors, of any number of processes, by the open file description that they share. The
 * processes have to stand still meanwhile.
 */
public final class Descriptions {
  private record LookAlike(Held.InodeKey inode, Set<OpenFlag> flags, long offset) {}

  private Descriptions() {}

  /** The descriptors of each description, in the order in which descriptions first occur. */
  public static List<List<HeldDescriptor>> of(List<HeldDescriptor> descriptors) {
    Map<LookAlike, List<HeldDescriptor>> alike = new LinkedHashMap<>();
    for (HeldDescriptor descriptor : descriptors) {
      alike.computeIfAbsent(looks(descriptor), key -> new ArrayList<>()).add(descriptor);
    }
    List<List<HeldDescriptor>> descriptions = new ArrayList<>();
    for (List<HeldDescriptor> group : alike.values()) {
      divide(group, descriptions);
    }
    return descriptions;
  }

  /** What descriptors of one description have in common for sure. */
  private static LookAlike looks(HeldDescriptor descriptor) {
    Set<OpenFlag> flags = EnumSet.noneOf(OpenFlag.class);
    flags.addAll(descriptor.info().flags());
    flags.remove(OpenFlag.O_CLOEXEC);
    return new LookAlike(descriptor.held().key(), flags, descriptor.info().offset());
  }

  /** The kernel's order puts descriptors of one description side by side. */
  private static void divide(List<HeldDescriptor> group, List<List<HeldDescriptor>> descriptions) {
    if (group.size() > 1) {
      group.sort(Descriptions::compare);
    }
    List<HeldDescriptor> current = new ArrayList<>();
    for (HeldDescriptor descriptor : group) {
      if (!current.isEmpty() && compare(current.get(0), descriptor) != 0) {
        descriptions.add(current);
        current = new ArrayList<>();
      }
      current.add(descriptor);
    }
    descriptions.add(current);
  }

  private static int compare(HeldDescriptor one, HeldDescriptor other) {
    return Kcmp.compareDescriptions(one.thread(), one.number(), other.thread(), other.number());
  }
}
