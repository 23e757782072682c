package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.proc.FdInfo;

/** A descriptor that refers to an inode on the target. */
public record HeldDescriptor(Held.ByDescriptor held, FdInfo info) {

  /** Whose table it is in. */
  public int thread() {
    return held.thread();
  }

  public int number() {
    return held.number();
  }

  /**
   * The same when its description may have moved on, and has no locks; see {@link FdInfo#at}. This
   * object itself if all is as it was.
   */
  HeldDescriptor at(long offset, int flags) {
    FdInfo now = info.at(offset, flags);
    return now.equals(info) ? this : new HeldDescriptor(held, now);
  }
}
