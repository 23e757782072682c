package dev.orchestrate.testkit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * What must not be touched: names with inode, mode, owner, link count, times and contents, of trees
 * anywhere.
 */
record Untouched(TreeMap<String, String> names) {

  static Untouched of(Path... tops) {
    TreeMap<String, String> names = new TreeMap<>();
    for (Path top : tops) {
      lines("find", top, "-printf", "%p\t%y %i %n %m %U:%G %s %T@ %l\n")
          .forEach(line -> put(names, "", line.split("\t", 2)));
      lines("find", top, "-type", "f", "-exec", "sha256sum", "{}", "+")
          .forEach(line -> put(names, "content of ", reversed(line.split("  ", 2))));
    }
    return new Untouched(names);
  }

  private static List<String> lines(Object... command) {
    return Program.run(command).lines().toList();
  }

  private static void put(TreeMap<String, String> names, String prefix, String... pair) {
    names.put(prefix + pair[0], Arrays.asList(pair).get(1));
  }

  private static String[] reversed(String... pair) {
    return new String[] {pair[1], pair[0]};
  }
}
