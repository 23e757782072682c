package dev.orchestrate.linux.bpf;

import dev.orchestrate.linux.Bpf;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through the descriptors of all processes inside the kernel, and brings those that refer to
 * one filesystem, with all that six system calls for each of them would tell: 20,000 in less than
 * 20 ms. The iterator is {@code task_file} of kernel/bpf/task_iter.c, since Linux 5.8; names need
 * 5.12 (bpf_d_path).
 */
public final class DescriptorIterator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DescriptorIterator.class);

  /** PROC_PID_INIT_INO in linux/proc_ns.h. */
  private static final RawPath FIRST_PID_NAMESPACE = RawPath.of("pid:[4026531836]");

  private static final String CONTEXT = "bpf_iter__task_file";
  private static final String FUNCTION = "bpf_iter_task_file";

  // functions that a program may call; linux/bpf.h
  private static final int MAP_LOOKUP_ELEM = 1;
  private static final int PROBE_READ_KERNEL = 113;
  private static final int SEQ_WRITE = 127;
  private static final int D_PATH = 147;

  private static final int STACK = 10;

  /** In the memory, after the entry's fixed part. */
  private static final int LONGEST_NAME = 4096;

  private final Fd memory;
  private final Fd program;
  private final Fd link;

  private DescriptorIterator(Fd memory, Fd program, Fd link) {
    this.memory = memory;
    this.program = program;
    this.link = link;
  }

  /**
   * One for a filesystem; empty where the kernel, or the rights of this process, do not allow it.
   * Costs some tens of milliseconds.
   *
   * @param device of the filesystem's mounts, as {@code st_dev} is put together
   */
  public static Optional<DescriptorIterator> of(long device) {
    try {
      if (!Symlink.read(RawPath.of("/proc/self/ns/pid")).equals(FIRST_PID_NAMESPACE)) {
        return Optional.empty(); // processes have other numbers there than the kernel's own
      }
      KernelTypes types =
          KernelTypes.read(
              List.of(
                  CONTEXT,
                  FUNCTION,
                  "bpf_iter_meta",
                  "file",
                  "inode",
                  "super_block",
                  "task_struct",
                  "files_struct",
                  "fdtable"));
      return Optional.of(load(types, device));
    } catch (IOException | SystemCallException e) {
      LOG.debug("descriptors are looked at one by one: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static DescriptorIterator load(KernelTypes types, long device) throws IOException {
    Fd memory = Bpf.memory(Entry.SIZE + LONGEST_NAME);
    try {
      Fd program =
          Bpf.load(
              instructions(types, kernelDevice(device), memory.number()), types.function(FUNCTION));
      try {
        return new DescriptorIterator(memory, program, Bpf.attach(program));
      } catch (SystemCallException e) {
        program.close();
        throw e;
      }
    } catch (IOException | SystemCallException e) {
      memory.close();
      throw e;
    }
  }

  /** MKDEV in linux/kdev_t.h. */
  private static int kernelDevice(long device) {
    long major = (device >> 8) & 0xfff;
    long minor = (device & 0xff) | ((device >> 12) & 0xfff00);
    return (int) ((major << 20) | minor);
  }

  /** For each descriptor: an {@link Entry}, and the name that the kernel shows for it. */
  private static byte[] instructions(KernelTypes types, int device, int memory) throws IOException {
    int context = 6;
    int file = 7;
    int inode = 8;
    int entry = 9;
    Instructions program =
        new Instructions()
            .set(context, 1)
            .load(8, file, context, types.offset(CONTEXT, "file"))
            .endIfZero(file)
            .load(8, inode, file, types.offset("file", "f_inode"))
            .load(8, 1, inode, types.offset("inode", "i_sb"))
            .load(4, 1, 1, types.offset("super_block", "s_dev"))
            .setNumber(2, device)
            .endUnlessEqual(1, 2)
            .storeNumber(STACK, -4, 0)
            .setMap(1, memory)
            .set(2, STACK)
            .addNumber(2, -4)
            .call(MAP_LOOKUP_ELEM)
            .endIfZero(0)
            .set(entry, 0)
            .load(8, 2, context, types.offset(CONTEXT, "task"))
            .endIfZero(2)
            .copy(4, entry, Entry.THREAD, 2, types.offset("task_struct", "pid"))
            .load(8, 1, 2, types.offset("task_struct", "files"))
            .load(8, 1, 1, types.offset("files_struct", "fdt"))
            .load(8, 3, 1, types.offset("fdtable", "close_on_exec"))
            .load(4, 1, context, types.offset(CONTEXT, "fd"))
            .store(4, entry, Entry.NUMBER, 1)
            .shiftRightByNumber(1, 6) // the word of the descriptor's bit
            .shiftLeftByNumber(1, 3)
            .add(3, 1)
            .set(1, STACK)
            .addNumber(1, -16)
            .setNumber(2, 8)
            .call(PROBE_READ_KERNEL)
            .load(8, 1, STACK, -16)
            .load(4, 2, context, types.offset(CONTEXT, "fd"))
            .andNumber(2, 63)
            .shiftRight(1, 2)
            .andNumber(1, 1)
            .store(4, entry, Entry.CLOSE_ON_EXEC, 1)
            .store(8, entry, Entry.FILE, file)
            .store(8, entry, Entry.INODE_OBJECT, inode)
            .copy(8, entry, Entry.MOUNT, file, types.offset("file", "f_path", "mnt"))
            .copy(8, entry, Entry.OFFSET, file, types.offset("file", "f_pos"))
            .copy(4, entry, Entry.FLAGS, file, types.offset("file", "f_flags"))
            .copy(8, entry, Entry.INODE, inode, types.offset("inode", "i_ino"))
            .copy(4, entry, Entry.LINKS, inode, types.offset("inode", "i_nlink"))
            .load(2, 1, inode, types.offset("inode", "i_mode"))
            .store(4, entry, Entry.MODE, 1)
            .copy(8, entry, Entry.LOCKS, inode, types.offset("inode", "i_flctx"))
            .copy(8, entry, Entry.BYTES, inode, types.offset("inode", "i_size"))
            .copy(8, entry, Entry.CHANGE_SECONDS, inode, changeTime(types, "i_ctime_sec", "tv_sec"))
            .copy(
                4, entry, Entry.CHANGE_NANOS, inode, changeTime(types, "i_ctime_nsec", "tv_nsec"));
    return program
        .set(1, file)
        .addNumber(1, types.offset("file", "f_path"))
        .set(2, entry)
        .addNumber(2, Entry.SIZE)
        .setNumber(3, LONGEST_NAME)
        .call(D_PATH)
        .zeroIfAbove(0, LONGEST_NAME)
        .store(4, entry, Entry.NAME_LENGTH, 0)
        .load(8, 1, context, types.offset(CONTEXT, "meta"))
        .load(8, 1, 1, types.offset("bpf_iter_meta", "seq"))
        .set(2, entry)
        .set(3, 0)
        .addNumber(3, Entry.SIZE)
        .call(SEQ_WRITE)
        .bytes();
  }

  /** Split in two in Linux 6.11, renamed in 6.6. */
  private static int changeTime(KernelTypes types, String name, String within) throws IOException {
    OptionalInt split = types.find("inode", name);
    OptionalInt renamed = types.find("inode", "__i_ctime", within);
    return split.isPresent()
        ? split.getAsInt()
        : renamed.isPresent() ? renamed.getAsInt() : types.offset("inode", "i_ctime", within);
  }

  /**
   * All descriptors as they are now; those of processes that run may be a moment older.
   *
   * @param before found by an earlier pass; what is the same in both is kept once
   */
  public OpenDescriptors read(OpenDescriptors before) {
    Parting parting = new Parting(before);
    Bpf.run(link, parting);
    return new OpenDescriptors(parting.parts());
  }

  @Override
  public void close() {
    link.close();
    program.close();
    memory.close();
  }
}
