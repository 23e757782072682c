package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.process.Kcmp;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups descriptors, of any number of processes, by the open file description that they share. The
 * processes have to stand still meanwhile.
 */
public final class Descriptions {
  private Descriptions() {}

  /** The descriptors of each description, in the order in which inodes first occur. */
  public static List<List<HeldDescriptor>> of(List<HeldDescriptor> descriptors) {
    List<List<HeldDescriptor>> descriptions = new ArrayList<>(descriptors.size());
    new InodeGroups(descriptors).forEach(group -> divide(group, descriptions));
    return descriptions;
  }

  /**
   * The kernel's order puts descriptors of one description side by side. Offset and flags don't
   * tell: somebody who runs on may share the description, and move it between two looks.
   */
  private static void divide(List<HeldDescriptor> group, List<List<HeldDescriptor>> descriptions) {
    if (group.size() == 1) {
      descriptions.add(group);
      return;
    }
    List<HeldDescriptor> sorted = new ArrayList<>(group);
    sorted.sort(Descriptions::compare);
    int start = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      if (i == sorted.size() || compare(sorted.get(start), sorted.get(i)) != 0) {
        descriptions.add(List.copyOf(sorted.subList(start, i)));
        start = i;
      }
    }
  }

  private static int compare(HeldDescriptor one, HeldDescriptor other) {
    return Kcmp.compareDescriptions(one.thread(), one.number(), other.thread(), other.number());
  }
}
