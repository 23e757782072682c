package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.DescriptorCopies;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.proc.FdInfo;
import dev.orchestrate.linux.proc.LockTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a process held at an earlier scan, and what makes looking again cheap. */
final class Earlier {
  private final int pid;
  private final Map<Integer, Map<Integer, HeldDescriptor>> byThread = new HashMap<>();
  private final DescriptorCopies copies;
  private final LockTable locks;

  Earlier(ProcessFiles before, DescriptorCopies copies, LockTable locks) {
    this.pid = before.pid();
    this.copies = copies;
    this.locks = locks;
    before.descriptors().forEach((thread, held) -> byThread.put(thread, byNumber(held)));
  }

  private static Map<Integer, HeldDescriptor> byNumber(List<HeldDescriptor> descriptors) {
    Map<Integer, HeldDescriptor> byNumber = new HashMap<>();
    descriptors.forEach(one -> byNumber.put(one.number(), one));
    return byNumber;
  }

  Optional<HeldDescriptor> descriptor(int thread, int number) {
    return Optional.ofNullable(byThread.getOrDefault(thread, Map.of()).get(number));
  }

  /**
   * Offset and flags as they are now; empty if only /proc can tell: of another inode than before,
   * of one that somebody has locked, and in another table than the first thread's.
   */
  Optional<FdInfo> infoNow(HeldDescriptor before, Stat now) {
    if (before.thread() != pid
        || !now.isSameInode(before.held().stat())
        || locks.mayHave(now.inode())) {
      return Optional.empty();
    }
    return copies
        .position(before.number())
        .map(position -> before.info().at(position.offset(), position.flags()));
  }
}
