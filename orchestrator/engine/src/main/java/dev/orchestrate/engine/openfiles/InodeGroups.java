package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.InodeState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * Groups descriptors by inode: a hash table of numbers, since one of objects takes ten times the
 * memory, and time while processes stand still.
 */
final class InodeGroups {
  private static final int NONE = -1;

  private final List<HeldDescriptor> descriptors;

  /** Open addressing: the first descriptor of an inode, plus 1; 0 where there is none. */
  private final int[] slots;

  /** By descriptor: the next one of the same inode. */
  private final int[] next;

  /** By first descriptor of an inode: the last one so far. */
  private final int[] last;

  private final BitSet followers = new BitSet();

  /**
   * @param descriptors reached by index in no time
   */
  InodeGroups(List<HeldDescriptor> descriptors) {
    this.descriptors = descriptors;
    this.slots = new int[Integer.highestOneBit(descriptors.size() + 1) * 4]; // half full at most
    this.next = new int[descriptors.size()];
    this.last = new int[descriptors.size()];
    for (int i = 0; i < descriptors.size(); i++) {
      put(i);
    }
  }

  private void put(int descriptor) {
    InodeState state = state(descriptor);
    int slot = slotOf(state);
    next[descriptor] = NONE;
    if (slots[slot] == 0) {
      slots[slot] = descriptor + 1;
      last[descriptor] = descriptor;
    } else {
      int first = slots[slot] - 1;
      next[last[first]] = descriptor;
      last[first] = descriptor;
      followers.set(descriptor);
    }
  }

  private int slotOf(InodeState state) {
    int slot = hash(state) >>> (Integer.numberOfLeadingZeros(slots.length) + 1);
    while (slots[slot] != 0 && !state(slots[slot] - 1).isSameInode(state)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  /** The highest bits depend on all, whichever of an inode's number a filesystem uses. */
  private static int hash(InodeState state) {
    long mixed = (state.inode() * 31 + state.device()) * 0x9E3779B97F4A7C15L; // 2^64 / golden ratio
    return (int) (mixed >>> 32);
  }

  private InodeState state(int descriptor) {
    return descriptors.get(descriptor).held().state();
  }

  /** In the order in which inodes first occur, the descriptors of each in theirs. */
  void forEach(Consumer<List<HeldDescriptor>> action) {
    for (int i = followers.nextClearBit(0);
        i < descriptors.size();
        i = followers.nextClearBit(i + 1)) {
      action.accept(next[i] == NONE ? List.of(descriptors.get(i)) : group(i));
    }
  }

  private List<HeldDescriptor> group(int first) {
    List<HeldDescriptor> group = new ArrayList<>();
    for (int i = first; i != NONE; i = next[i]) {
      group.add(descriptors.get(i));
    }
    return group;
  }
}
