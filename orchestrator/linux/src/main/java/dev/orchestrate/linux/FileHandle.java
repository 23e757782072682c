package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A name for an inode that needs no path: open_by_handle_at(2). Opening wants CAP_DAC_READ_SEARCH.
 *
 * @param type as the filesystem numbers it
 * @param bytes opaque but to the filesystem
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FileHandle(int type, byte[] bytes) {
  private static final int MAX_HANDLE_SIZE = 128;
  private static final int AT_EMPTY_PATH = 0x1000;

  public static FileHandle of(Fd fd) {
    byte[] raw =
        Arrays.copyOf(
            ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(MAX_HANDLE_SIZE).array(),
            8 + MAX_HANDLE_SIZE);
    check(
        LIBC.name_to_handle_at(fd.number(), new byte[1], raw, new byte[4], AT_EMPTY_PATH),
        "name_to_handle_at",
        fd.subject());
    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    int length = in.getInt(0);
    return new FileHandle(in.getInt(4), Arrays.copyOfRange(raw, 8, 8 + length));
  }

  /**
   * Opens the inode on the mount that {@code anything} was opened on: the way to a directory on
   * another process's mount, even when that mount is covered or in another mount namespace.
   *
   * @param anything not opened with O_PATH, which the kernel refuses with EBADF
   */
  public Fd openOnMountOf(Fd anything, int flags) {
    byte[] raw =
        ByteBuffer.allocate(8 + bytes.length)
            .order(ByteOrder.nativeOrder())
            .putInt(bytes.length)
            .putInt(type)
            .put(bytes)
            .array();
    int opened = LIBC.open_by_handle_at(anything.number(), raw, flags | OpenFlag.O_CLOEXEC.value());
    return new Fd(check(opened, "open_by_handle_at", anything.subject()), anything.subject());
  }

  public Directory openDirectoryOnMountOf(Fd anything) {
    return Directory.of(openOnMountOf(anything, Fd.O_DIRECTORY));
  }
}
