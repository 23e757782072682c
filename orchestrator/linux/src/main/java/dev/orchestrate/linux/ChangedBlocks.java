package dev.orchestrate.linux;

import java.util.Arrays;
import java.util.Optional;

/**
 * What makes of one file's contents another's: compared block by block, so that of a large file no
 * more is found than was changed. What is a hole in both is not read, nor what lies in the same
 * place of one filesystem: see {@link SharedExtents}.
 */
public final class ChangedBlocks {
  private static final int BLOCK = 4096;
  private static final int CHUNK = 1 << 20;

  private final Optional<Fd> before;
  private final long sizeBefore;
  private final Fd after;
  private final long size;
  private final Sink sink;
  private final Optional<SharedExtents> shared;
  private final byte[] chunk;
  private final byte[] chunkBefore;

  /** Is told of each, in the order of the file. */
  public interface Sink {
    /** At most 1 MiB of data. */
    void data(long offset, byte[] bytes);

    /** A part that is a hole now, and has data in the earlier file. */
    void hole(long offset, long length);
  }

  private ChangedBlocks(Optional<Fd> before, Fd after, Sink sink) {
    this.before = before;
    this.sizeBefore = before.map(file -> file.stat().size()).orElse(0L);
    this.after = after;
    this.size = after.stat().size();
    this.sink = sink;
    this.shared = before.map(file -> new SharedExtents(file, after));
    this.chunk = new byte[(int) Math.min(size, CHUNK)];
    this.chunkBefore = new byte[(int) Math.min(sizeBefore, CHUNK)];
  }

  /**
   * Compares two files, after the earlier one got the other's size.
   *
   * @param before empty to be told of all data
   */
  public static void find(Optional<Fd> before, Fd after, Sink sink) {
    new ChangedBlocks(before, after, sink).run();
  }

  private void run() {
    long at = 0;
    while (at < size) {
      long data = Math.min(Contents.dataFrom(after, at, size), size);
      tellHole(at, data);
      at = data < size ? Math.min(Contents.holeFrom(after, data), size) : size;
      compare(data, at);
    }
  }

  private void tellHole(long start, long end) {
    long endBefore = Math.min(end, sizeBefore);
    if (start < endBefore
        && Contents.dataFrom(before.orElseThrow(), start, sizeBefore) < endBefore) {
      sink.hole(start, end - start);
    }
  }

  private void compare(long start, long end) {
    long at = start;
    while (at < end) {
      long known = endOfShared(at);
      if (known > at) {
        at = known;
        continue;
      }
      int count = read(after, chunk, at, end);
      if (count == 0) {
        return; // it has become shorter
      }
      int countBefore = at < sizeBefore ? read(before.orElseThrow(), chunkBefore, at, end) : 0;
      tellChanged(at, count, countBefore);
      at += count;
    }
  }

  /** In whole blocks: what is compared begins with one. */
  private long endOfShared(long at) {
    long end = shared.map(extents -> extents.end(at)).orElse(at);
    return end >= size ? Math.max(at, size) : end - (end - at) % BLOCK;
  }

  private static int read(Fd file, byte[] into, long at, long end) {
    file.seek(at);
    return Contents.fill(file, into, end - at);
  }

  /** Neighbours that differ are told as one. */
  private void tellChanged(long at, int count, int countBefore) {
    int changed = -1;
    for (int start = 0; start < count; start += BLOCK) {
      int end = Math.min(start + BLOCK, count);
      boolean same =
          end <= countBefore && Arrays.equals(chunk, start, end, chunkBefore, start, end);
      if (same && changed >= 0) {
        sink.data(at + changed, Arrays.copyOfRange(chunk, changed, start));
        changed = -1;
      } else if (!same && changed < 0) {
        changed = start;
      }
    }
    if (changed >= 0) {
      sink.data(at + changed, Arrays.copyOfRange(chunk, changed, count));
    }
  }
}
