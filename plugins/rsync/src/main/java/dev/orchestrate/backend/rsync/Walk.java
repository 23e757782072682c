package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import java.util.ArrayList;
import java.util.List;

/**
 * One walk of find(1) over a tree, which notes in one go whatever is wanted of each name: looking
 * at a file costs more than noting several things of it.
 */
final class Walk {
  private final Tree tree;
  private final Directory folder;
  private final List<String> expression = new ArrayList<>();

  /**
   * @param folder where the notes are made
   */
  Walk(Tree tree, Directory folder) {
    this.tree = tree;
    this.folder = folder;
  }

  /** All names but the top, with their inodes; see {@link Census}. */
  Walk noteInodes(String file) {
    return note(tree.besidesTop(), print(file, "%i %P\\0"));
  }

  /** Names of what changed after a moment, each after the letter of its kind. */
  Walk noteChanges(String file, Moment moment) {
    return note(List.of("-newerct", moment.leastDate()), print(file, "%y%P\\0"));
  }

  /** Names of directories but the top. */
  Walk noteDirectories(String file) {
    return note(tree.besidesTop(), List.of("-type", "d"), print(file, "%P\\0"));
  }

  /** What there is to compare; see {@link Inventory}. */
  Walk noteInventory(String file) {
    return note(
        List.of("-type", "d"),
        print(file, Inventory.OF_DIRECTORIES),
        List.of("-o"),
        print(file, Inventory.ofOthers()));
  }

  @SafeVarargs
  private Walk note(List<String>... words) {
    if (!expression.isEmpty()) {
      expression.add(","); // all are evaluated, whatever the one before came to
    }
    for (List<String> some : words) {
      expression.addAll(some);
    }
    return this;
  }

  private List<String> print(String file, String format) {
    return List.of("-fprintf", Words.of(folder, file), format);
  }

  void run() {
    tree.find(expression.toArray(String[]::new));
  }
}
