package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds checkpoints and sets by the beginning of an id. */
final class Finder {
  private final Catalog catalog;
  private final List<String> ids;
  private final CheckpointReader reader;

  /**
   * @param ids of all checkpoints
   */
  Finder(Catalog catalog, List<String> ids, CheckpointReader reader) {
    this.catalog = catalog;
    this.ids = ids;
    this.reader = reader;
  }

  /** See {@link Catalog#find}. */
  StoredCheckpoint one(String prefix) {
    List<String> found = beginningWith(prefix);
    requireOne(prefix, found);
    return found.stream().findFirst().flatMap(reader::read).orElseThrow(() -> notFound(prefix));
  }

  /** See {@link Catalog#findAll}. */
  List<StoredCheckpoint> all(String prefix) {
    Map<SnapshotSet, List<StoredCheckpoint>> sets = ids.contains(prefix) ? Map.of() : sets(prefix);
    if (sets.isEmpty()) {
      return List.of(one(prefix));
    }
    requireOne(
        prefix,
        Stream.concat(beginningWith(prefix).stream(), sets.keySet().stream().map(SnapshotSet::id))
            .toList());
    return sets.values().iterator().next();
  }

  private List<String> beginningWith(String prefix) {
    return prefix.isEmpty() ? List.of() : ids.stream().filter(id -> id.startsWith(prefix)).toList();
  }

  private static void requireOne(String prefix, List<String> found) {
    if (found.size() > 1) {
      throw new NotFoundException(
          "checkpoint " + prefix + ": is ambiguous: " + String.join(", ", found),
          "give more of the id");
    }
  }

  private NotFoundException notFound(String prefix) {
    List<StoredCheckpoint> members = sets(prefix).values().stream().flatMap(List::stream).toList();
    return members.isEmpty()
        ? new NotFoundException(
            "checkpoint "
                + RawPath.printable(prefix)
                + ": there is none in "
                + catalog.stateDirectory(),
            "see: orchestrate list")
        : new NotFoundException(
            "set " + prefix + ": has several checkpoints, and this is about one",
            "name one of them: "
                + members.stream().map(StoredCheckpoint::id).collect(Collectors.joining(", ")));
  }

  /** The sets whose ids begin so, each with the members that there are. */
  private Map<SnapshotSet, List<StoredCheckpoint>> sets(String prefix) {
    Map<SnapshotSet, List<StoredCheckpoint>> sets = new LinkedHashMap<>();
    if (prefix.isEmpty()) {
      return sets;
    }
    for (StoredCheckpoint one : catalog.list()) {
      one.set()
          .filter(set -> set.id().startsWith(prefix))
          .ifPresent(set -> sets.computeIfAbsent(set, key -> new ArrayList<>()).add(one));
    }
    sets.forEach(
        (set, members) ->
            members.sort(Comparator.comparing(one -> set.members().indexOf(one.id()))));
    return sets;
  }
}
