package dev.orchestrate.engine.catalog;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.ProcessIdentity;
import java.util.List;
import java.util.Optional;

/**
 * A view that outlives the command that made it, or would if that were interrupted.
 *
 * @param view its id
 * @param checkpoint id of the checkpoint that it shows
 * @param root where the backend has made it; empty as long as that is not done
 * @param mountPoint where it is mounted for everybody to see, if so
 * @param users processes with which it goes: the command at work on it, and the programs that it
 *     restarted; empty for a view that stays until it is unmounted
 */
public record StoredView(
    String view,
    String checkpoint,
    RawPath root,
    Optional<RawPath> mountPoint,
    List<ProcessIdentity> users) {

  /** A view that this process is about to make. */
  public static StoredView begun(String view, String checkpoint, Optional<RawPath> mountPoint) {
    return new StoredView(
        view, checkpoint, RawPath.EMPTY, mountPoint, List.of(ProcessIdentity.self()));
  }

  public StoredView madeAt(RawPath place) {
    return new StoredView(view, checkpoint, place, mountPoint, users);
  }

  public StoredView usedBy(List<ProcessIdentity> processes) {
    return new StoredView(view, checkpoint, root, mountPoint, processes);
  }

  /** One that stays until somebody unmounts it. */
  public StoredView kept() {
    return usedBy(List.of());
  }

  /** Whether it would have gone with its users, and they are gone. */
  public boolean isAbandoned() {
    return !users.isEmpty() && users.stream().noneMatch(ProcessIdentity::isAlive);
  }
}
