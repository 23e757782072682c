package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.process.Kcmp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups descriptors, of any number of processes, by the open file description that they share. The
 * processes have to stand still meanwhile.
 */
public final class Descriptions {
  private Descriptions() {}

  /** The descriptors of each description, in the order in which inodes first occur. */
  public static List<List<HeldDescriptor>> of(List<HeldDescriptor> descriptors) {
    Map<InodeKey, List<HeldDescriptor>> byInode = new LinkedHashMap<>();
    for (HeldDescriptor descriptor : descriptors) {
      byInode.computeIfAbsent(descriptor.held().key(), inode -> new ArrayList<>(1)).add(descriptor);
    }
    List<List<HeldDescriptor>> descriptions = new ArrayList<>(descriptors.size());
    for (List<HeldDescriptor> ofInode : byInode.values()) {
      divide(ofInode, descriptions);
    }
    return descriptions;
  }

  /**
   * The kernel's order puts descriptors of one description side by side. Offset and flags don't
   * tell: somebody who runs on may share the description, and move it between two looks.
   */
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
