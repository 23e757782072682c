package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What names there are: path, relative to the top, to kind, inode and link count. Bytes outside
 * ASCII appear as ISO 8859-1, whatever they mean.
 */
public record Tree(Map<String, String> names) {

  /** Lists a tree, without what is mounted in it and without what {@code hidden} accepts. */
  static Tree of(Path top, Predicate<String> hidden) {
    return of(top, hidden, true);
  }

  /** The same, without link counts where {@code links} is false. */
  static Tree of(Path top, Predicate<String> hidden, boolean links) {
    Path list = Program.temporaryFile();
    try {
      Program.run(
          "find",
          top,
          "-xdev",
          "-mindepth",
          "1",
          "-fprintf",
          list,
          links ? "%P\\0%y %i %n\\0" : "%P\\0%y %i -\\0");
      return parse(new String(Files.readAllBytes(list), StandardCharsets.ISO_8859_1), hidden);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Program.delete(list);
    }
  }

  private static Tree parse(String list, Predicate<String> hidden) {
    Map<String, String> names = new TreeMap<>();
    String[] fields = list.split("\0", -1);
    for (int i = 0; i + 1 < fields.length; i += 2) {
      if (!hidden.test(fields[i])) {
        names.put(fields[i], withoutLinksOfFolder(fields[i + 1]));
      }
    }
    return new Tree(names);
  }

  /** A folder's link count tells of its sub-folders, on some filesystems: nothing of its own. */
  private static String withoutLinksOfFolder(String entry) {
    return entry.startsWith("d ") ? entry.substring(0, entry.lastIndexOf(' ')) : entry;
  }
}
