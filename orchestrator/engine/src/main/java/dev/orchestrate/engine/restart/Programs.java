package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.ProcessStatus;
import dev.orchestrate.spi.NotFoundException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a restart starts: a command with recorded descriptors, or the recorded processes. Views are
 * given in the order of the manifests.
 */
sealed interface Programs permits OneCommand, Reading, Recorded {

  /**
   * @param manifests of a checkpoint, or of all of a set
   */
  static Programs of(List<Manifest> manifests, RestartRequest.Program program) {
    if (program instanceof RestartRequest.Command command) {
      Handovers handovers = Handovers.of(manifests, command.process());
      return new OneCommand(
          manifests, command, command.listenFds() ? handovers.renumbered() : handovers);
    }
    if (program instanceof RestartRequest.Reader reader) {
      return new Reading(manifests, reader.command());
    }
    if (manifests.stream().allMatch(manifest -> manifest.processes().isEmpty())) {
      throw new NotFoundException(
          "checkpoint " + commonId(manifests) + ": has no processes to relaunch", "give a command");
    }
    return new Recorded(manifests);
  }

  /** Makes sure that there may be as many descriptors as needed. */
  void makeRoom();

  /** Whether the relinked files are handed over as descriptors, and leave the views. */
  default boolean takeOverRelinks() {
    return true;
  }

  /** What to tell the user where a view is the live tree. */
  default String noticeOfLiveTree(RawPath root) {
    return "this works on the live tree: what is written goes to " + root + " for good";
  }

  /** Opens all that the programs need; nothing is started yet. */
  List<Launch> prepare(List<OpenedView> views);

  /** The id of the checkpoint, or of the set if there are several. */
  static String commonId(List<Manifest> manifests) {
    Manifest first = manifests.get(0);
    return manifests.size() == 1 ? first.id() : first.set().map(SnapshotSet::id).orElseThrow();
  }

  /** Where the caller is in a tree, the command is to be in the view, if it is seen here. */
  static RawPath callersFolder(List<OpenedView> views) {
    RawPath here = Symlink.read(RawPath.of("/proc/thread-self/cwd"));
    return views.stream()
        .map(OpenedView::place)
        .filter(place -> place.carried().isEmpty())
        .map(ViewInPlace::path)
        .filter(here::isBelow)
        .reduce((outer, inner) -> inner.isBelow(outer) ? inner : outer)
        .map(place -> folderInView(here, place))
        .orElse(RawPath.EMPTY);
  }

  private static RawPath folderInView(RawPath here, RawPath place) {
    try (Directory sameInView = Directory.openFollowing(here)) {
      return sameInView.subject();
    } catch (SystemCallException e) {
      return place; // it was not there when the checkpoint was made
    }
  }

  /** The caller's environment, and which checkpoint, or set, it is. */
  static List<String> environmentFor(List<Manifest> manifests) {
    List<String> environment =
        new ArrayList<>(ProcessStatus.environment((int) ProcessHandle.current().pid()));
    environment.add("ORCHESTRATE_CHECKPOINT=" + commonId(manifests));
    return environment;
  }
}
