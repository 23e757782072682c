package dev.orchestrate.engine.openfiles;

import dev.orchestrate.engine.openfiles.Passes.Pass;
import dev.orchestrate.linux.InodeState;
import dev.orchestrate.linux.bpf.OpenDescriptor;
import dev.orchestrate.linux.proc.FdInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a process held at an earlier scan: looks again by a pass through the kernel's tables, and at
 * what has changed only.
 */
final class Earlier {
  /**
   * What can be told of a thread's descriptors without a look at each.
   *
   * @param descriptors as they are now
   * @param others the numbers of those to look at
   */
  record Known(List<HeldDescriptor> descriptors, List<Integer> others) {}

  /** A descriptor that has to be looked at. */
  private record Changed(Optional<HeldDescriptor> before, OpenDescriptor now) {}

  private final ProcessFiles before;
  private final Pass pass;
  private final Map<Integer, Map<Integer, Changed>> changes = new HashMap<>();

  /**
   * @param pass after {@code before} was looked at, which was after the pass before
   */
  Earlier(ProcessFiles before, Pass pass) {
    this.before = before;
    this.pass = pass;
  }

  Known known(int thread) {
    List<HeldDescriptor> held = before.descriptors().getOrDefault(thread, List.of());
    if (pass.isUnchanged(thread)) {
      return new Known(held, List.of());
    }
    Known known = compare(thread, held);
    if (known.others().isEmpty()) {
      pass.confirm(thread);
    }
    return known;
  }

  private Known compare(int thread, List<HeldDescriptor> before) {
    Map<Integer, HeldDescriptor> byNumber = new HashMap<>();
    before.forEach(one -> byNumber.put(one.number(), one));
    Map<Integer, OpenDescriptor> then = pass.before(thread);
    List<HeldDescriptor> unchanged = new ArrayList<>();
    Map<Integer, Changed> changed = new TreeMap<>();
    for (OpenDescriptor now : pass.of(thread)) {
      HeldDescriptor known = byNumber.get(now.number());
      if (known != null && isUnchanged(known.held(), now, then.get(now.number()))) {
        unchanged.add(known.at(now.offset(), now.flags()));
      } else {
        changed.put(now.number(), new Changed(Optional.ofNullable(known), now));
      }
    }
    changes.put(thread, changed);
    return new Known(unchanged, List.copyOf(changed.keySet()));
  }

  private static boolean isUnchanged(Held held, OpenDescriptor now, OpenDescriptor then) {
    return then != null
        && now.isSameAs(then)
        && !now.mayHaveLocks()
        && now.isAsIn(held.state())
        && held.shown().filter(now::isShownAs).isPresent();
  }

  /** One of the others, as it was. */
  Optional<HeldDescriptor> descriptor(int thread, int number) {
    return changes.get(thread).get(number).before();
  }

  /**
   * Offset and flags of one of the others, as the pass saw them; empty if only /proc can tell: of
   * another inode than before, and of one that somebody may have locked.
   *
   * @param now after the pass
   */
  Optional<FdInfo> infoNow(HeldDescriptor before, InodeState now) {
    OpenDescriptor seen = changes.get(before.thread()).get(before.number()).now();
    return seen.mayHaveLocks() || !now.isSameInode(before.held().state())
        ? Optional.empty()
        : Optional.of(before.info().at(seen.offset(), seen.flags()));
  }
}
