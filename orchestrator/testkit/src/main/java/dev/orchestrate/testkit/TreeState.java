package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.List;

/**
 * All that matters of a tree, a line for each name: kind, mode, owner, dates of files, contents,
 * and which names are links of one file.
 */
record TreeState(List<String> lines) {
  private static final String SCRIPT =
      """
      cd "$1"
      find . -xdev -mindepth 1 -path "./$2" -prune -o -print0 | sort -z | while IFS= read -r -d '' name; do
        stat --printf '%n %f %u:%g ' "$name"
        if [ -L "$name" ]; then readlink "$name"
        elif [ -f "$name" ]; then
          stat --printf '%Y %h ' "$name"
          getfattr --absolute-names -d -m '^user[.]' "$name" 2>/dev/null | tail -n +2 | tr '\\n' ' '
          sha256sum <"$name"
        else echo; fi
      done
      """;

  /**
   * @param hidden a folder at the top that is left out
   */
  static TreeState of(Path top, String hidden) {
    return new TreeState(Program.run("bash", "-c", SCRIPT, "bash", top, hidden).lines().toList());
  }
}
