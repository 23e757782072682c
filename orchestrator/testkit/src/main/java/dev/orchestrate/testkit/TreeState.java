package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.List;

/**
 * All that matters of a tree, a line for each name: kind, mode, owner, when it was modified,
 * contents, and which names are links of one file. What checkpoints use is left out.
 */
record TreeState(List<String> lines) {
  private static final String SCRIPT =
      """
      cd "$1"
      find . -xdev -mindepth 1 '(' -path ./.orchestrate -o -path ./lost+found ')' -prune -o -print0 |
      sort -z | while IFS= read -r -d '' name; do
        stat --printf '%n %f %u:%g %Y ' "$name"
        if [ -L "$name" ]; then readlink "$name"
        elif [ -f "$name" ]; then
          stat --printf '%h ' "$name"
          getfattr --absolute-names -d -m '^user[.]' "$name" 2>/dev/null | tail -n +2 | tr '\\n' ' '
          sha256sum <"$name"
        else stat -c '%t:%T' "$name"; fi
      done
      """;

  static TreeState of(Path top) {
    return new TreeState(Program.run("bash", "-c", SCRIPT, "bash", top).lines().toList());
  }
}
