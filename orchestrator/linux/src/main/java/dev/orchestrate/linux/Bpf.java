package dev.orchestrate.linux;

import static dev.orchestrate.linux.Native.LIBC;
import static dev.orchestrate.linux.Native.RUNTIME;
import static dev.orchestrate.linux.Native.check;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * Programs that the kernel runs for each object of one of its own tables, and that write what they
 * find; bpf(2) and "BPF iterators" in the kernel's documentation. Attributes as in linux/bpf.h.
 *
 * <p>Every method throws {@link SystemCallException}: EPERM without CAP_BPF and CAP_PERFMON (or
 * CAP_SYS_ADMIN), EINVAL or EACCES where the kernel does not know what is asked for.
 */
public final class Bpf {
  private static final int MAP_CREATE = 0;
  private static final int PROG_LOAD = 5;
  private static final int LINK_CREATE = 28;
  private static final int ITER_CREATE = 33;

  private static final int MAP_TYPE_ARRAY = 2;
  private static final int PROG_TYPE_TRACING = 26;
  private static final int TRACE_ITER = 28;

  private static final int ATTRIBUTES = 128;

  /** What the kernel fills at most at one read; bpf_seq_read in kernel/bpf/bpf_iter.c. */
  private static final int AT_ONCE = 32768;

  /**
   * The functions that programs call here are for programs under the GPL. The ones made here may be
   * used under either.
   */
  private static final String LICENSE = "Dual MIT/GPL";

  private Bpf() {}

  /** Memory for a program, of a size in bytes, as the only value of a map. */
  public static Fd memory(int size) {
    return call(
        "memory",
        MAP_CREATE,
        to -> to.putInt(0, MAP_TYPE_ARRAY).putInt(4, Integer.BYTES).putInt(8, size).putInt(12, 1));
  }

  /**
   * Hands a program to the kernel, which checks that it can do no harm.
   *
   * @param instructions of 8 bytes each
   * @param iterator the number, among the kernel's types, of the function that it stands for
   */
  public static Fd load(byte[] instructions, int iterator) {
    Pointer code = copy(instructions);
    Pointer license = copy(Native.terminated(LICENSE));
    try {
      return call(
          "program",
          PROG_LOAD,
          to ->
              to.putInt(0, PROG_TYPE_TRACING)
                  .putInt(4, instructions.length / 8)
                  .putLong(8, code.address())
                  .putLong(16, license.address())
                  .putInt(68, TRACE_ITER)
                  .putInt(108, iterator));
    } finally {
      Reference.reachabilityFence(code); // the kernel reads both meanwhile
      Reference.reachabilityFence(license);
    }
  }

  private static Pointer copy(byte[] bytes) {
    Pointer copy = Memory.allocateDirect(RUNTIME, bytes.length);
    copy.put(0, bytes, 0, bytes.length);
    return copy;
  }

  /** Makes a loaded program an iterator. */
  public static Fd attach(Fd program) {
    return call("link", LINK_CREATE, to -> to.putInt(0, program.number()).putInt(8, TRACE_ITER));
  }

  /** Takes what a program has written, piece by piece. */
  public interface Output {
    /**
     * One more piece.
     *
     * @param bytes only until this returns
     * @param length how many of them count
     */
    void take(byte[] bytes, int length);
  }

  /** Runs an iterator once; pieces end anywhere in what its program writes at once. */
  public static void run(Fd iterator, Output output) {
    Pointer buffer = Memory.allocateDirect(RUNTIME, AT_ONCE);
    byte[] part = new byte[AT_ONCE];
    try (Fd pass = call("pass", ITER_CREATE, to -> to.putInt(0, iterator.number()))) {
      long length = read(pass, buffer);
      while (length > 0) {
        buffer.get(0, part, 0, (int) length);
        output.take(part, (int) length);
        length = read(pass, buffer);
      }
    }
  }

  /** EAGAIN says that the kernel has gone by a million objects, and wants to be asked again. */
  private static long read(Fd pass, Pointer buffer) {
    long length = LIBC.read(pass.number(), buffer, AT_ONCE);
    while (length < 0 && Native.lastErrno() == Errno.EAGAIN) {
      length = LIBC.read(pass.number(), buffer, AT_ONCE);
    }
    return check(length, "read", pass.subject());
  }

  private static Fd call(String what, int command, Consumer<ByteBuffer> attributes) {
    byte[] raw = new byte[ATTRIBUTES];
    attributes.accept(ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder()));
    RawPath subject = RawPath.of("bpf " + what);
    long fd = LIBC.syscall(Arch.HERE.bpf, command, raw, (long) raw.length);
    return new Fd((int) check(fd, "bpf", subject), subject);
  }
}
