package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.RUNTIME;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** One call of posix_spawnp(3): what happens to the descriptors, then the program. */
public final class PosixSpawn implements AutoCloseable {
  private static final int LARGER_THAN_ANY_OF_ITS_STRUCTURES = 512;
  private static final int SIGNAL_SET = 128;
  private static final short SET_SIGNAL_DEFAULTS_AND_MASK = 0x04 | 0x08;

  private final Pointer actions = memory(LARGER_THAN_ANY_OF_ITS_STRUCTURES);
  private final Pointer attributes = memory(LARGER_THAN_ANY_OF_ITS_STRUCTURES);

  public PosixSpawn() {
    checkNumber(LIBC.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init");
    checkNumber(LIBC.posix_spawnattr_init(attributes), "posix_spawnattr_init");
    // the program starts as from a shell: no signal blocked, none ignored
    Pointer all = memory(SIGNAL_SET);
    all.setMemory(0, SIGNAL_SET, (byte) 0xFF);
    checkNumber(LIBC.posix_spawnattr_setsigdefault(attributes, all), "setsigdefault");
    checkNumber(LIBC.posix_spawnattr_setsigmask(attributes, memory(SIGNAL_SET)), "setsigmask");
    checkNumber(
        LIBC.posix_spawnattr_setflags(attributes, SET_SIGNAL_DEFAULTS_AND_MASK), "setflags");
  }

  private static Pointer memory(int size) {
    return Memory.allocateDirect(RUNTIME, size, true);
  }

  /** dup2(from, to) in the child; equal numbers clear close-on-exec. */
  public void duplicate(int from, int to) {
    checkNumber(LIBC.posix_spawn_file_actions_adddup2(actions, from, to), "descriptor " + to);
  }

  /** Closes it if it is open. */
  public void close(int number) {
    checkNumber(LIBC.posix_spawn_file_actions_addclose(actions, number), "descriptor " + number);
  }

  /** Closes all descriptors from this number on; glibc 2.34. */
  public void closeFrom(int first) {
    checkNumber(
        LIBC.posix_spawn_file_actions_addclosefrom_np(actions, first), "descriptors from " + first);
  }

  /** Starts the program and gives its pid. */
  public int start(RawPath file, List<String> arguments, List<String> environment) {
    byte[] pid = new byte[4];
    checkNumber(
        LIBC.posix_spawnp(
            pid, file.terminated(), actions, attributes, strings(arguments), strings(environment)),
        file.toString());
    return ByteBuffer.wrap(pid).order(ByteOrder.nativeOrder()).getInt();
  }

  /** One block of native memory: the pointers, then the strings that they point to. */
  private static Pointer strings(List<String> strings) {
    List<byte[]> all = strings.stream().map(Native::terminated).toList();
    int next = 8 * (all.size() + 1);
    Pointer block = memory(next + all.stream().mapToInt(string -> string.length).sum());
    for (int i = 0; i < all.size(); i++) {
      byte[] string = all.get(i);
      block.putLong(8L * i, block.address() + next);
      block.put(next, string, 0, string.length);
      next += string.length;
    }
    return block;
  }

  /** These functions return the error number instead of setting errno. */
  private static void checkNumber(int number, String subject) {
    if (number != 0) {
      throw new SystemCallException("posix_spawn", subject, number);
    }
  }

  @Override
  public void close() {
    LIBC.posix_spawn_file_actions_destroy(actions);
    LIBC.posix_spawnattr_destroy(attributes);
  }
}
