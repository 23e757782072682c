package dev.orchestrate.engine.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.InodeState;
import dev.orchestrate.linux.proc.FdInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class InodeGroupsTest {
  /** Numbers that differ in their lowest or in their highest bits only, and two devices. */
  @Property
  void descriptorsOfAnInodeAreTogetherInTheirOrder(
      @ForAll @Size(max = 100) List<@IntRange(max = 63) Integer> inodes) {
    List<HeldDescriptor> descriptors = new ArrayList<>();
    for (int one : inodes) {
      long inode = (one & 1) == 0 ? one >> 2 : (long) (one >> 2) << 58;
      descriptors.add(descriptor(descriptors.size(), (one & 2) + 1, inode));
    }
    Map<InodeKey, List<HeldDescriptor>> expected = new LinkedHashMap<>();
    for (HeldDescriptor descriptor : descriptors) {
      expected.computeIfAbsent(descriptor.held().key(), inode -> new ArrayList<>()).add(descriptor);
    }

    List<List<HeldDescriptor>> groups = new ArrayList<>();
    new InodeGroups(descriptors).forEach(groups::add);

    assertThat(groups).isEqualTo(List.copyOf(expected.values()));
  }

  private static HeldDescriptor descriptor(int number, long device, long inode) {
    InodeState state = new InodeState(device, inode, 0100644, 1, 0, 0, 0, 1);
    return new HeldDescriptor(
        new Held.ByDescriptor(1, 1, number, state, Optional.empty()),
        new FdInfo(0, Set.of(), List.of()));
  }
}
