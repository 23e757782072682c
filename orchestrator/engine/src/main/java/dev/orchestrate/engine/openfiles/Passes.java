package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.bpf.DescriptorIterator;
import dev.orchestrate.linux.bpf.OpenDescriptor;
import dev.orchestrate.linux.bpf.OpenDescriptors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Goes through the kernel's own tables of descriptors, time after time. */
final class Passes implements AutoCloseable {
  private final DescriptorIterator iterator;
  private Optional<Pass> last = Optional.empty();

  private Passes(DescriptorIterator iterator) {
    this.iterator = iterator;
  }

  /**
   * Of the descriptors on one filesystem; empty where that can't be had.
   *
   * @param device of the filesystem's mounts
   */
  static Optional<Passes> of(long device) {
    return DescriptorIterator.of(device).map(Passes::new);
  }

  /** One more; what is looked at after it may be compared with the next. */
  Pass next() {
    OpenDescriptors before = last.map(one -> one.now).orElse(OpenDescriptors.NONE);
    Pass pass =
        new Pass(iterator.read(before), last.map(one -> new Comparison(one.now, one.confirmed)));
    last = Optional.of(pass);
    return pass;
  }

  private record Comparison(OpenDescriptors descriptors, Set<Integer> confirmed) {}

  /** What one pass found. For any number of threads at once. */
  static final class Pass {
    private final OpenDescriptors now;
    private final Optional<Comparison> before;
    private final Set<Integer> confirmed = ConcurrentHashMap.newKeySet();

    private Pass(OpenDescriptors now, Optional<Comparison> before) {
      this.now = now;
      this.before = before;
    }

    /** The descriptors of a thread on the filesystem, ascending. */
    List<OpenDescriptor> of(int thread) {
      return now.of(thread);
    }

    /** Those of the pass before, by number. */
    Map<Integer, OpenDescriptor> before(int thread) {
      Map<Integer, OpenDescriptor> byNumber = new HashMap<>();
      before.ifPresent(
          pass -> pass.descriptors().of(thread).forEach(one -> byNumber.put(one.number(), one)));
      return byNumber;
    }

    /** Whether a thread's descriptors were as looked at before, and nothing has changed since. */
    boolean isUnchanged(int thread) {
      boolean unchanged =
          before
              .filter(pass -> pass.confirmed().contains(thread))
              .filter(pass -> now.isSameFor(thread, pass.descriptors()))
              .isPresent();
      if (unchanged) {
        confirm(thread);
      }
      return unchanged;
    }

    /** In this pass, every descriptor of the thread was found to be as looked at before. */
    void confirm(int thread) {
      confirmed.add(thread);
    }
  }

  @Override
  public void close() {
    iterator.close();
  }
}
