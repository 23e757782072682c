package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.DescriptorTable;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.InodeState;
import dev.orchestrate.linux.RawPath;
import java.util.Optional;

/**
 * An inode on the target, and a process's way to it, as they were at one look. A look that finds
 * the same later gives this object again; see {@link SameLooks}.
 */
public sealed interface Held {
  int pid();

  /** The magic link in /proc that leads to it, whatever became of its names. */
  RawPath link();

  /** What the kernel knew of the inode at the scan. */
  InodeState state();

  /** The name that the kernel showed for it then; empty if it takes more than a page. */
  Optional<RawPath> shown();

  default InodeKey key() {
    return state().key();
  }

  /** Opens the inode, without the right to read or write it, on the mount the process uses. */
  default Fd open() {
    return Fd.open(link(), Fd.O_PATH);
  }

  /**
   * By a descriptor. There may be a hundred thousand of them, so the link is not kept.
   *
   * @param thread whose table it is in
   * @param number of the descriptor
   */
  record ByDescriptor(int pid, int thread, int number, InodeState state, Optional<RawPath> shown)
      implements Held {

    @Override
    public RawPath link() {
      return DescriptorTable.link(pid, thread, number);
    }
  }

  /** By a mapping, or as a working directory, say. */
  record ByLink(int pid, RawPath link, InodeState state, Optional<RawPath> shown) implements Held {}
}
