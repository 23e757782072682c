package dev.orchestrate.engine.backend;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The name of an entry in a zip, which whoever made the zip has chosen.
 *
 * @param components of which none leads anywhere but down; at least one
 * @param isFolder whether the name ends with a slash
 */
record EntryName(List<String> components, boolean isFolder) {
  /** More than any package of Java classes has, and few enough to be removed again by recursion. */
  private static final int DEEPEST = 32;

  private static final int LONGEST = 512;

  /** Empty if it is absolute, climbs, is too deep or too long, or is not plain text. */
  static Optional<EntryName> of(String name) {
    boolean isFolder = name.endsWith("/");
    String path = isFolder ? name.substring(0, name.length() - 1) : name;
    List<String> components = List.of(path.split("/", -1));
    return Optional.of(new EntryName(components, isFolder))
        .filter(one -> path.length() <= LONGEST && components.size() <= DEEPEST)
        .filter(one -> components.stream().allMatch(EntryName::isPlain));
  }

  /** A backslash is how some tools for Windows part folders; taken for a letter, it misleads. */
  private static boolean isPlain(String component) {
    return !component.isEmpty()
        && !component.equals(".")
        && !component.equals("..")
        && component.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c));
  }

  /** The paths of all folders that it needs, itself included if it is one. */
  List<String> folders() {
    return IntStream.rangeClosed(1, components.size() - (isFolder ? 0 : 1))
        .mapToObj(depth -> String.join("/", components.subList(0, depth)))
        .toList();
  }

  /** Whether pf4j takes it for a library. */
  boolean isLibrary() {
    return !isFolder
        && components.get(0).equals("lib")
        && toString().toLowerCase(Locale.ROOT).endsWith(".jar");
  }

  @Override
  public String toString() {
    return String.join("/", components);
  }
}
