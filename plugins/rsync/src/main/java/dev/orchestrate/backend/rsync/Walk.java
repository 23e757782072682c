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
    return note(file, "%i %P\\0", tree.besidesTop());
  }

  /** Names of what changed after a moment, each after the letter of its kind. */
  Walk noteChanges(String file, Moment moment) {
    return note(file, "%y%P\\0", List.of("-newerct", moment.leastDate()));
  }

  /** Names of directories but the top. */
  Walk noteDirectories(String file) {
    List<String> directories = new ArrayList<>(tree.besidesTop());
    directories.addAll(List.of("-type", "d"));
    return note(file, "%P\\0", directories);
  }

  /** What there is to compare; see {@link Inventory}. */
  Walk noteInventory(String file) {
    expression.addAll(expression.isEmpty() ? List.of() : List.of(","));
    expression.addAll(List.of("-type", "d", "-fprintf", Words.of(folder, file), "d %P\\0", "-o"));
    expression.addAll(List.of("-fprintf", Words.of(folder, file), Inventory.format()));
    return this;
  }

  private Walk note(String file, String format, List<String> tests) {
    expression.addAll(expression.isEmpty() ? List.of() : List.of(","));
    expression.addAll(tests);
    expression.addAll(List.of("-fprintf", Words.of(folder, file), format));
    return this;
  }

  void run() {
    tree.find(expression.toArray(String[]::new));
  }
}
