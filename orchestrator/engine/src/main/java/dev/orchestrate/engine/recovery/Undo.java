package dev.orchestrate.engine.recovery;

import dev.orchestrate.engine.closing.CollectedFailures;
import dev.orchestrate.engine.freeze.Thaw;
import dev.orchestrate.engine.hooks.Hooks;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.engine.relink.RelinkFolder;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SystemFailureException;
import dev.orchestrate.spi.Target;
import java.util.List;
import java.util.function.Function;

/**
 * Undoes what a journal has noted, in the order that matters to people: processes first, then the
 * hooks that wait for them to go on, then the live tree, then what was stored. Each step does
 * nothing where there is nothing to undo, so it can be repeated.
 */
public final class Undo {
  private Undo() {}

  /**
   * @param backends by their names
   * @throws ConflictException if the filesystem is not where it was
   * @throws SystemFailureException if a hook failed; all else is undone
   */
  public static void of(List<Entry> entries, Function<String, SnapshotBackend> backends) {
    List<String> failedHooks = release(entries);
    CollectedFailures failures = new CollectedFailures();
    for (Entry entry : entries) {
      if (entry instanceof Entry.Begun begun) {
        failures.attempt(() -> remove(begun, backends.apply(begun.backend())));
      }
    }
    failures.rethrow();
    requireNone(failedHooks);
  }

  /**
   * Lets go of the processes, and leaves all else.
   *
   * @throws SystemFailureException if a hook failed
   */
  static void releaseProcesses(List<Entry> entries) {
    requireNone(release(entries));
  }

  private static List<String> release(List<Entry> entries) {
    entries.forEach(Undo::thaw);
    List<String> failedHooks = Hooks.thaw(entries);
    entries.forEach(Undo::dissolve);
    return failedHooks;
  }

  /** What stands still for want of a hook matters to people more than what is left on a disk. */
  private static void requireNone(List<String> failedHooks) {
    if (!failedHooks.isEmpty()) {
      throw new SystemFailureException(
          String.join("; ", failedHooks),
          "all else is undone; to call it again: orchestrate recover; to leave it out: orchestrate"
              + " recover --no-hooks");
    }
  }

  private static void thaw(Entry entry) {
    if (entry instanceof Entry.Freeze freeze) {
      Thaw.group(freeze);
    } else if (entry instanceof Entry.Stop stop) {
      Thaw.process(stop.process());
    }
  }

  private static void dissolve(Entry entry) {
    if (entry instanceof Entry.Group group) {
      Thaw.dissolve(group);
    }
  }

  private static void remove(Entry.Begun begun, SnapshotBackend backend) {
    if (!begun.volumes().isEmpty()) {
      removeRelinks(begun);
    }
    OwnSnapshot.remove(begun.snapshotReference(), backend);
  }

  private static void removeRelinks(Entry.Begun begun) {
    Target target = TargetFinder.find(begun.target());
    if (!target.mount().type().equals(begun.filesystem())
        || target.isMountPoint() != begun.mountPoint()) {
      throw new ConflictException(
          begun.target() + ": is not the " + begun.filesystem() + " that was there",
          "mount it, then: orchestrate recover");
    }
    try (Directory top = Directory.open(target.path())) {
      for (RawPath volume : begun.volumes()) {
        removeRelinks(top, volume, begun.relinkFolder());
      }
    }
  }

  private static void removeRelinks(Directory top, RawPath volume, RawPath folder) {
    try (Directory opened = top.openDirectory(volume)) {
      RelinkFolder.removeLeft(opened, folder);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) { // a subvolume that was deleted meanwhile
        throw e;
      }
    }
  }
}
