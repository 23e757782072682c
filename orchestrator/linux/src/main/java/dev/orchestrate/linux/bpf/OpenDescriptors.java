package dev.orchestrate.linux.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The descriptors of all processes that refer to one filesystem, at one moment. */
public final class OpenDescriptors {
  /** Of one thread: from where to where they are told. */
  private record Part(int start, int end) {}

  private final byte[] raw;
  private final ByteBuffer in;
  private final Map<Integer, Part> parts = new HashMap<>();

  OpenDescriptors(byte[] raw) {
    this.raw = raw;
    this.in = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    int at = 0;
    while (at < raw.length) {
      int thread = Entry.thread(in, at);
      int start = at;
      while (at < raw.length && Entry.thread(in, at) == thread) {
        at = Entry.end(in, at);
      }
      parts.put(thread, new Part(start, at));
    }
  }

  /**
   * Those of a thread, ascending; none of one that shares the table of its process's first thread,
   * unless it is that.
   */
  public List<OpenDescriptor> of(int thread) {
    List<OpenDescriptor> found = new ArrayList<>();
    Part part = part(thread);
    for (int at = part.start(); at < part.end(); at = Entry.end(in, at)) {
      found.add(new OpenDescriptor(raw, in, at));
    }
    return found;
  }

  private Part part(int thread) {
    return parts.getOrDefault(thread, new Part(0, 0));
  }

  /** Whether nothing at all has changed for a thread, offsets and flags included. */
  public boolean isSameFor(int thread, OpenDescriptors before) {
    Part now = part(thread);
    Part then = before.part(thread);
    return Arrays.equals(raw, now.start(), now.end(), before.raw, then.start(), then.end());
  }
}
