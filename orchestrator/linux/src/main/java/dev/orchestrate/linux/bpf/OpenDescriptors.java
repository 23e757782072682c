package dev.orchestrate.linux.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The descriptors of all processes that refer to one filesystem, at one moment. */
public final class OpenDescriptors {
  /** Before anybody has looked. */
  public static final OpenDescriptors NONE = new OpenDescriptors(Map.of());

  private static final byte[] NOTHING = {};

  private final Map<Integer, byte[]> parts;

  /**
   * @param parts by thread, what the iterator wrote for its descriptors
   */
  OpenDescriptors(Map<Integer, byte[]> parts) {
    this.parts = parts;
  }

  /**
   * Those of a thread, ascending; none of one that shares the table of its process's first thread,
   * unless it is that.
   */
  public List<OpenDescriptor> of(int thread) {
    byte[] raw = part(thread);
    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    List<OpenDescriptor> found = new ArrayList<>();
    for (int at = 0; at < raw.length; at = Entry.end(in, at)) {
      found.add(new OpenDescriptor(raw, in, at));
    }
    return found;
  }

  byte[] part(int thread) {
    return parts.getOrDefault(thread, NOTHING);
  }

  /** Whether nothing at all has changed for a thread, offsets and flags included. */
  public boolean isSameFor(int thread, OpenDescriptors before) {
    return Arrays.equals(part(thread), before.part(thread)); // at once if it is one array
  }
}
