package dev.orchestrate.linux.bpf;

import java.util.Arrays;

/**
 * What is told of one thread. As long as that is what was told before, it takes no memory: a pass
 * over a hundred thousand descriptors is 17 MB.
 */
final class Part {
  private static final int FIRST = 1 << 12;

  private final byte[] before;

  /** Once something differs, all of it so far, and some room. */
  private byte[] own = {};

  private boolean differs;
  private int length;

  /**
   * @param before what was told last time
   */
  Part(byte[] before) {
    this.before = before;
  }

  /** Adds some bytes of a longer array, from {@code start} to before {@code end}. */
  void add(byte[] from, int start, int end) {
    int longer = length + end - start;
    if (!differs) {
      differs = longer > before.length || !Arrays.equals(from, start, end, before, length, longer);
      if (differs) {
        own = Arrays.copyOf(before, length);
      }
    }
    if (differs) {
      if (longer > own.length) {
        own = Arrays.copyOf(own, Math.max(longer, Math.max(FIRST, 2 * length)));
      }
      System.arraycopy(from, start, own, length, end - start);
    }
    length = longer;
  }

  /** All of it; the array of last time if it is the same. */
  byte[] bytes() {
    if (!differs && length == before.length) {
      return before;
    }
    return Arrays.copyOf(differs ? own : before, length);
  }
}
