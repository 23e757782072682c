package dev.orchestrate.testkit;

import java.nio.file.Path;

/** Files of a few kinds, and what an upgrade makes of them, to be rolled back. */
record SmallUpgrade(Path folder) {

  void prepare() {
    run(
        """
        mkdir d gone
        echo old >d/data; echo gone >gone/file; echo one >one; ln one two; echo mode >mode
        ln -s nowhere link
        """);
  }

  /** Can be repeated. */
  void carryOut() {
    run(
        """
        rm -rf gone two
        echo new >d/data; echo two >two; mkdir -p new; echo file >new/file; chmod 600 mode
        ln -sfn somewhere link; chmod 750 d
        """);
  }

  TreeState state() {
    return TreeState.of(folder);
  }

  private void run(String script) {
    Program.run("sh", "-ec", "cd " + folder + "\n" + script);
  }
}
