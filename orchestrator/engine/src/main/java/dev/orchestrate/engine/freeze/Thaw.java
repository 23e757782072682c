package dev.orchestrate.engine.freeze;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.cgroup.Cgroup;
import dev.orchestrate.linux.proc.ProcessIdentity;
import java.nio.charset.StandardCharsets;

/** Undoes what freezing did, from what was noted of it. */
public final class Thaw {
  private static final int SIGCONT = 18;

  private Thaw() {}

  /** Thaws a group; does nothing if it is gone. */
  public static void group(Entry.Freeze freeze) {
    try (Fd control = Fd.open(freeze.controlFile(), Fd.O_WRONLY)) {
      control.writeAll(freeze.thawed().getBytes(StandardCharsets.US_ASCII));
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ENODEV)) {
        throw e;
      }
    }
  }

  /** Continues a stopped process, if it is still the one. */
  public static void process(ProcessIdentity process) {
    if (process.isAlive()) {
      try {
        SystemCalls.kill(process.pid(), SIGCONT);
      } catch (SystemCallException e) {
        if (!e.is(Errno.ESRCH)) {
          throw e;
        }
      }
    }
  }

  /** Gives the processes of a group made for the freeze back, and removes it. */
  public static void dissolve(Entry.Group group) {
    Cgroup.byFolder(group.folder())
        .ifPresent(
            made -> made.dissolveInto(Cgroup.byFolder(group.origin()).orElseGet(made::parent)));
  }
}
