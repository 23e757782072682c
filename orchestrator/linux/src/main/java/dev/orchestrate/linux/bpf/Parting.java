package dev.orchestrate.linux.bpf;

import dev.orchestrate.linux.Bpf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Parts what a {@link DescriptorIterator} writes by thread, of which it tells one after another.
 */
final class Parting implements Bpf.Output {
  private static final int USUAL = 1 << 16;

  private final OpenDescriptors before;
  private final Map<Integer, byte[]> parts = new HashMap<>();

  /** From its beginning on, what is not in a part yet; the last entry may be incomplete. */
  private ByteBuffer pending = ByteBuffer.allocate(USUAL).order(ByteOrder.nativeOrder());

  private int thread;
  private Part part = new Part(new byte[0]);

  /**
   * @param before what an earlier pass has found
   */
  Parting(OpenDescriptors before) {
    this.before = before;
  }

  @Override
  public void take(byte[] bytes, int length) {
    if (length > pending.remaining()) {
      int needed = pending.position() + length;
      pending =
          ByteBuffer.wrap(Arrays.copyOf(pending.array(), needed))
              .order(ByteOrder.nativeOrder())
              .position(pending.position());
    }
    pending.put(bytes, 0, length);
    pending.flip();
    int start = 0;
    while (isWhole(start)) {
      begin(Entry.thread(pending, start));
      int end = endOfThread(start);
      part.add(pending.array(), start, end);
      start = end;
    }
    pending.position(start);
    pending.compact();
  }

  private boolean isWhole(int start) {
    return start + Entry.SIZE <= pending.limit() && Entry.end(pending, start) <= pending.limit();
  }

  /** Behind the last whole entry that is of the same thread as that at {@code start}. */
  private int endOfThread(int start) {
    int end = Entry.end(pending, start);
    while (isWhole(end) && Entry.thread(pending, end) == thread) {
      end = Entry.end(pending, end);
    }
    return end;
  }

  private void begin(int next) {
    if (next != thread) {
      finish();
      thread = next;
      part = new Part(before.part(next));
    }
  }

  private void finish() {
    if (thread != 0) {
      parts.put(thread, part.bytes());
    }
  }

  /** By thread, once all is taken. */
  Map<Integer, byte[]> parts() {
    finish();
    return Map.copyOf(parts);
  }
}
