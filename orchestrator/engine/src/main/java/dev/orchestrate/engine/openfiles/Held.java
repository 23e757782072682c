package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.Optional;

/**
 * An inode on the target, and a process's way to it.
 *
 * @param link the magic link in /proc that leads to it, whatever became of its names
 * @param stat what the kernel knew of the inode at the scan
 * @param shown the name that the kernel showed for it then; empty if it takes more than a page
 */
public record Held(int pid, RawPath link, Stat stat, Optional<RawPath> shown) {

  public InodeKey key() {
    return stat.key();
  }

  /** Opens the inode, without the right to read or write it, on the mount the process uses. */
  public Fd open() {
    return Fd.open(link, Fd.O_PATH);
  }
}
