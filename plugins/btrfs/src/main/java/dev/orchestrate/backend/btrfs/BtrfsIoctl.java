package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The ioctls of btrfs that this backend needs, typed. Numbers and layouts: linux/btrfs.h; meaning:
 * btrfs-ioctl(2).
 */
final class BtrfsIoctl {
  /** f_type of statfs(2). */
  static final long FILESYSTEM_TYPE = 0x9123683EL;

  private static final long ROOT_INODE = 256;

  private static final long SNAP_CREATE_V2 = 0x50009417L;
  private static final long SUBVOL_CREATE = 0x5000940eL;
  private static final long SNAP_DESTROY = 0x5000940fL;
  private static final long SUBVOL_GETFLAGS = 0x80089419L;
  private static final long SUBVOL_SETFLAGS = 0x4008941aL;
  private static final long GET_SUBVOL_INFO = 0x81f8943cL;
  private static final long GET_SUBVOL_ROOTREF = 0xd000943dL;
  private static final long INO_LOOKUP_USER = 0xd000943eL;
  private static final long START_SYNC = 0x80089418L;
  private static final long WAIT_SYNC = 0x40089416L;
  private static final long FS_INFO = 0x8400941fL;

  private static final long SUBVOL_RDONLY = 2;
  private static final int LONGEST_NAME = 255;

  private BtrfsIoctl() {}

  /**
   * A subvolume directly below another.
   *
   * @param id its own
   * @param directory inode number, in the subvolume above, of the directory that it is in
   */
  record Child(long id, long directory) {}

  /** The top of every subvolume has the same inode number; no other inode has it. */
  static boolean isSubvolumeRoot(long inode) {
    return inode == ROOT_INODE;
  }

  /** A writable snapshot; returns once it is on disk. Needs to own {@code source}. */
  static void snapshot(Fd source, Directory into, RawPath name) {
    byte[] arguments = withName(56, name);
    in(arguments).putLong(0, source.number());
    into.fd().ioctl(SNAP_CREATE_V2, "SNAP_CREATE_V2", arguments);
  }

  /** A new, empty subvolume, which belongs to the caller. */
  static void create(Directory parent, RawPath name) {
    parent.fd().ioctl(SUBVOL_CREATE, "SUBVOL_CREATE", withName(8, name));
  }

  /** Deletes a subvolume without others below it. Its blocks are freed later, by the kernel. */
  static void destroy(Directory parent, RawPath name) {
    parent.fd().ioctl(SNAP_DESTROY, "SNAP_DESTROY", withName(8, name));
  }

  static boolean isReadOnly(Fd subvolume) {
    byte[] flags = new byte[8];
    subvolume.ioctl(SUBVOL_GETFLAGS, "SUBVOL_GETFLAGS", flags);
    return (in(flags).getLong(0) & SUBVOL_RDONLY) != 0;
  }

  static void setReadOnly(Fd subvolume, boolean readOnly) {
    byte[] flags = new byte[8];
    in(flags).putLong(0, readOnly ? SUBVOL_RDONLY : 0);
    subvolume.ioctl(SUBVOL_SETFLAGS, "SUBVOL_SETFLAGS", flags);
  }

  static long subvolumeId(Fd subvolume) {
    byte[] info = new byte[504];
    subvolume.ioctl(GET_SUBVOL_INFO, "GET_SUBVOL_INFO", info);
    return in(info).getLong(0);
  }

  /** The subvolumes directly below this one. Unlike a search of the trees it needs no privilege. */
  static List<Child> children(Fd subvolume) {
    List<Child> children = new ArrayList<>();
    byte[] page = new byte[4096];
    boolean more = true;
    while (more) {
      more = fillReferences(subvolume, page);
      ByteBuffer references = in(page);
      int count = references.get(4088) & 0xFF;
      for (int i = 0; i < count; i++) {
        int at = 8 + 16 * i;
        children.add(new Child(references.getLong(at), references.getLong(at + 8)));
      }
    }
    return children;
  }

  /**
   * Reads up to 255; the kernel leaves in {@code page} where the next ones start.
   *
   * @return whether there are more
   */
  private static boolean fillReferences(Fd subvolume, byte[] page) {
    try {
      subvolume.ioctl(GET_SUBVOL_ROOTREF, "GET_SUBVOL_ROOTREF", page);
      return false;
    } catch (SystemCallException e) {
      if (e.is(Errno.EOVERFLOW)) {
        return true;
      }
      throw e;
    }
  }

  /**
   * Where a child is, relative to the top of {@code subvolume}.
   *
   * @throws SystemCallException EACCES if the caller may not search a directory on the way
   */
  static RawPath pathOf(Child child, Fd subvolume) {
    byte[] lookup = new byte[4096];
    in(lookup).putLong(0, child.directory()).putLong(8, child.id());
    subvolume.ioctl(INO_LOOKUP_USER, "INO_LOOKUP_USER", lookup);
    RawPath name = string(lookup, 16);
    return string(lookup, 16 + LONGEST_NAME + 1).resolve(name);
  }

  /** As blkid(8) prints it. */
  static String filesystemUuid(Fd any) {
    byte[] info = new byte[1024];
    any.ioctl(FS_INFO, "FS_INFO", info);
    ByteBuffer bytes = ByteBuffer.wrap(info);
    return new UUID(bytes.getLong(16), bytes.getLong(24)).toString();
  }

  /**
   * Waits until every change of the trees made so far is on disk; unlike syncfs(2) without writing
   * back other people's dirty data.
   */
  static void commit(Fd any) {
    byte[] transaction = new byte[8];
    any.ioctl(START_SYNC, "START_SYNC", transaction);
    any.ioctl(WAIT_SYNC, "WAIT_SYNC", transaction);
  }

  private static ByteBuffer in(byte[] structure) {
    return ByteBuffer.wrap(structure).order(ByteOrder.nativeOrder());
  }

  /** A structure of 4096 bytes with the name of an entry {@code at} its place. */
  private static byte[] withName(int at, RawPath name) {
    if (name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("a name of more than 255 bytes: " + name);
    }
    byte[] arguments = new byte[4096];
    System.arraycopy(name.bytes(), 0, arguments, at, name.length());
    return arguments;
  }

  private static RawPath string(byte[] structure, int start) {
    int end = start;
    while (structure[end] != 0) {
      end++;
    }
    return RawPath.of(Arrays.copyOfRange(structure, start, end));
  }
}
