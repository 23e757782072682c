package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.proc.FdInfo;

/**
 * A descriptor that refers to an inode on the target.
 *
 * @param thread whose table it is in
 * @param number of the descriptor
 */
public record HeldDescriptor(int thread, int number, Held held, FdInfo info) {

  /** The same when its description has moved on, and has no locks; see {@link FdInfo#at}. */
  HeldDescriptor at(long offset, int flags) {
    return new HeldDescriptor(thread, number, held, info.at(offset, flags));
  }
}
