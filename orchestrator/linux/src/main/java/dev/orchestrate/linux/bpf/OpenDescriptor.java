package dev.orchestrate.linux.bpf;

import dev.orchestrate.linux.InodeState;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import java.nio.ByteBuffer;

/** A descriptor as the kernel has it. */
public final class OpenDescriptor {
  /** Newer kernels keep a remark of their own in the first bit; I_CTIME_QUERIED in linux/fs.h. */
  private static final int NANOS = 0x7fffffff;

  private final byte[] raw;
  private final ByteBuffer in;
  private final int start;

  /**
   * @param raw what the iterator wrote
   * @param in the same, in this machine's byte order
   * @param start of its {@link Entry}
   */
  OpenDescriptor(byte[] raw, ByteBuffer in, int start) {
    this.raw = raw;
    this.in = in;
    this.start = start;
  }

  public int number() {
    return in.getInt(start + Entry.NUMBER);
  }

  /** In bytes; for a directory, a position that its filesystem understands. */
  public long offset() {
    return Math.max(0, in.getLong(start + Entry.OFFSET));
  }

  /**
   * As open(2) takes them. O_CLOEXEC is that of the descriptor, as in /proc: what the description
   * was opened with does not matter.
   */
  public int flags() {
    int closeOnExec = OpenFlag.O_CLOEXEC.value();
    int ofDescription = in.getInt(start + Entry.FLAGS) & ~closeOnExec;
    return in.getInt(start + Entry.CLOSE_ON_EXEC) == 0
        ? ofDescription
        : ofDescription | closeOnExec;
  }

  /** Whether there may be locks on the inode, of whichever kind. */
  public boolean mayHaveLocks() {
    return in.getLong(start + Entry.LOCKS) != 0;
  }

  /** Whether both mean one open file description, of one inode. */
  public boolean isSameAs(OpenDescriptor other) {
    return same(Entry.FILE, other)
        && same(Entry.INODE_OBJECT, other)
        && same(Entry.INODE, other)
        && same(Entry.MOUNT, other);
  }

  private boolean same(int what, OpenDescriptor other) {
    return in.getLong(start + what) == other.in.getLong(other.start + what);
  }

  /** Whether nothing has changed about the inode since somebody asked for this. */
  public boolean isAsIn(InodeState state) {
    return in.getLong(start + Entry.INODE) == state.inode()
        && in.getLong(start + Entry.BYTES) == state.size()
        && in.getLong(start + Entry.CHANGE_SECONDS) == state.changeSeconds()
        && (in.getInt(start + Entry.CHANGE_NANOS) & NANOS) == state.changeNanos()
        && in.getInt(start + Entry.LINKS) == state.links()
        && (in.getInt(start + Entry.MODE) & 0xffff) == state.mode();
  }

  /** Whether this is the name that the kernel shows for it; never true of the longest. */
  public boolean isShownAs(RawPath name) {
    int first = start + Entry.SIZE;
    int length = in.getInt(start + Entry.NAME_LENGTH);
    return length > 0 && name.hasBytes(raw, first, first + length - 1);
  }
}
