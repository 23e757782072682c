package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.checkpoint.CheckpointId;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;

/**
 * A folder in the tree, while it is changed, for files that have no name at the moment: a link is
 * possible nowhere else. Nobody else knows its name.
 */
final class Aside {
  private final Directory top;
  private final RawPath name = RawPath.of(".orchestrate-" + CheckpointId.random());
  private boolean made;

  Aside(Directory top) {
    this.top = top;
  }

  void put(int number, Fd file) {
    if (!made) {
      top.makeDirectory(name, 0700);
      made = true;
    }
    try (Directory folder = top.openDirectory(name)) {
      file.link(folder, RawPath.of("" + number));
    }
  }

  void take(int number, Directory folder, RawPath as) {
    try (Directory own = top.openDirectory(name)) {
      own.rename(RawPath.of("" + number), folder, as);
    }
  }

  /** With what nobody has taken. */
  void remove() {
    if (made) {
      top.removeTree(name);
    }
  }
}
