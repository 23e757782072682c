package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.process.Kcmp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Groups descriptors, of any number of processes, by the open file description that they share. The
 * processes have to stand still meanwhile.
 */
public final class Descriptions {
  private record LookAlike(Held.InodeKey inode, Set<OpenFlag> flags, long offset) {}

  private Descriptions() {}

  /** The descriptors of each description, in the order in which inodes first occur. */
  public static List<List<HeldDescriptor>> of(List<HeldDescriptor> descriptors) {
    List<List<HeldDescriptor>> descriptions = new ArrayList<>(descriptors.size());
    for (List<HeldDescriptor> ofInode : groups(descriptors, one -> one.held().key())) {
      if (ofInode.size() == 1) {
        descriptions.add(ofInode); // most are, and looks are dear
      } else {
        groups(ofInode, Descriptions::looks).forEach(alike -> divide(alike, descriptions));
      }
    }
    return descriptions;
  }

  private static <K> Collection<List<HeldDescriptor>> groups(
      List<HeldDescriptor> descriptors, Function<HeldDescriptor, K> key) {
    Map<K, List<HeldDescriptor>> groups = new LinkedHashMap<>();
    for (HeldDescriptor descriptor : descriptors) {
      groups.computeIfAbsent(key.apply(descriptor), any -> new ArrayList<>(1)).add(descriptor);
    }
    return groups.values();
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
