package dev.orchestrate.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * What statx(2) tells of an inode.
 *
 * @param device the filesystem's device number, as st_dev; on btrfs one for each subvolume
 * @param mode kind and permissions, as st_mode
 * @param links number of names; 0 for an orphan
 * @param size in bytes
 * @param blocks allocated, in units of 512 bytes
 * @param attributes FS_IMMUTABLE_FL (0x10) and FS_APPEND_FL (0x20) among others
 * @param mountId as in /proc/self/mountinfo
 */
public record Stat(
    long device,
    long inode,
    int mode,
    int links,
    int user,
    int group,
    long size,
    long blocks,
    long attributes,
    long accessSeconds,
    int accessNanos,
    long modifySeconds,
    int modifyNanos,
    long changeSeconds,
    int changeNanos,
    long mountId,
    long rawDevice) {

  private static final int GROUP_OR_OTHERS_WRITE = 022;

  static final int SIZE = 256;
  static final int BASIC_STATS_AND_MOUNT = 0x7ff | 0x1000;

  private static final long IMMUTABLE = 0x10;
  private static final long APPEND_ONLY = 0x20;

  /** What kind of file an inode is. */
  public enum Kind {
    FILE(0100000),
    DIRECTORY(040000),
    SYMLINK(0120000),
    FIFO(010000),
    SOCKET(0140000),
    CHARACTER_DEVICE(020000),
    BLOCK_DEVICE(060000);

    private final int bits;

    Kind(int bits) {
      this.bits = bits;
    }

    public int bits() {
      return bits;
    }

    static Kind of(int mode) {
      for (Kind kind : KINDS) {
        if ((mode & 0170000) == kind.bits) {
          return kind;
        }
      }
      throw new IllegalStateException("unknown file kind " + Integer.toOctalString(mode));
    }
  }

  private static final Kind[] KINDS = Kind.values(); // which copies them each time

  public Kind kind() {
    return Kind.of(mode);
  }

  /** As much of this as tells whether the inode has changed. */
  public InodeState state() {
    return new InodeState(device, inode, mode, links, size, changeSeconds, changeNanos, mountId);
  }

  public boolean isDirectory() {
    return kind() == Kind.DIRECTORY;
  }

  public int permissions() {
    return mode & 07777;
  }

  /** Whether chattr +i or +a forbids new names and unrestricted writing. */
  public boolean isProtected() {
    return (attributes & (IMMUTABLE | APPEND_ONLY)) != 0;
  }

  public InodeKey key() {
    return new InodeKey(device, inode);
  }

  public boolean isSameInode(Stat other) {
    return device == other.device && inode == other.inode;
  }

  /** Whether both are the same inode, seen on the same mount. */
  public boolean isSamePlace(Stat other) {
    return isSameInode(other) && mountId == other.mountId;
  }

  /**
   * Of the same inode with another owner, another mode and another date, also that of its last
   * access.
   *
   * @param permissions without the kind of file
   */
  public Stat looking(int user, int group, int permissions, long seconds, int nanos) {
    return new Stat(
        device,
        inode,
        kind().bits() | permissions,
        links,
        user,
        group,
        size,
        blocks,
        attributes,
        seconds,
        nanos,
        seconds,
        nanos,
        changeSeconds,
        changeNanos,
        mountId,
        rawDevice);
  }

  /** Whether its owner is root, or whoever runs this. */
  public boolean belongsToUsOrRoot() {
    return user == 0 || user == SystemCalls.userId();
  }

  /** Whether its mode lets others than its owner write, its group included. */
  public boolean isWritableByOthers() {
    return (mode & GROUP_OR_OTHERS_WRITE) != 0;
  }

  public boolean isOwnedAs(Stat other) {
    return user == other.user && group == other.group;
  }

  /** Whether both were modified last at the same moment, as far as that is recorded. */
  public boolean isModifiedWith(Stat other) {
    return modifySeconds == other.modifySeconds && modifyNanos == other.modifyNanos;
  }

  /** When its contents were modified last, or what a program has set that to; inode(7). */
  public Instant modified() {
    return Instant.ofEpochSecond(modifySeconds, modifyNanos);
  }

  /** When anything about it changed last, which no program can set; inode(7). */
  public Instant changed() {
    return Instant.ofEpochSecond(changeSeconds, changeNanos);
  }

  /**
   * Whether nothing about the inode has certainly changed since {@code earlier}: it has the same
   * ctime, which no program can set, and that was older than a tick of the clock; inode(7).
   *
   * @param noted when something was concluded from {@code earlier}, no sooner than it was taken
   */
  public boolean isUnchangedSince(Stat earlier, Instant noted) {
    return state().isUnchangedSince(earlier.state(), noted);
  }

  /** Offsets as in struct statx, linux/stat.h: the same on every architecture. */
  static Stat parse(byte[] raw) {
    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    return new Stat(
        makeDevice(in.getInt(136), in.getInt(140)),
        in.getLong(32),
        in.getShort(28) & 0xFFFF,
        in.getInt(16),
        in.getInt(20),
        in.getInt(24),
        in.getLong(40),
        in.getLong(48),
        in.getLong(8),
        in.getLong(64),
        in.getInt(72),
        in.getLong(112),
        in.getInt(120),
        in.getLong(96),
        in.getInt(104),
        in.getLong(144),
        makeDevice(in.getInt(128), in.getInt(132)));
  }

  /** makedev(3). */
  public static long makeDevice(long major, long minor) {
    return (major & 0xfffff000L) << 32
        | (major & 0xfffL) << 8
        | (minor & 0xffffff00L) << 12
        | (minor & 0xffL);
  }
}
