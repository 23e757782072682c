package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.Spawn;
import dev.orchestrate.spi.PermissionException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A command that reads the views. */
record Reading(List<Manifest> manifests, List<String> command) implements Programs {
  @Override
  public void makeRoom() {
    // it gets no descriptors
  }

  @Override
  public boolean takeOverRelinks() {
    return false;
  }

  @Override
  public String noticeOfLiveTree(RawPath root) {
    return "this is the live tree, not a copy: " + root + " may change while it is read";
  }

  @Override
  public List<Launch> prepare(List<OpenedView> views) {
    views.forEach(view -> requireThatItCanFind(view.place()));
    List<String> words = command.stream().flatMap(word -> filledIn(word, views)).toList();
    Spawn spawn =
        new Spawn(
            RawPath.of(words.get(0)),
            words,
            Programs.environmentFor(manifests),
            new TreeMap<>(),
            Set.of());
    return List.of(
        new Launch(spawn, Optional.empty(), Programs.callersFolder(views), Optional.empty()));
  }

  /** A word in which the place stands is there once for each view. */
  private static Stream<String> filledIn(String word, List<OpenedView> views) {
    return word.contains(RestartRequest.Reader.PLACE)
        ? views.stream()
            .map(view -> view.place().path().text())
            .map(path -> word.replace(RestartRequest.Reader.PLACE, path))
        : Stream.of(word);
  }

  /** By the original path it would find the live tree, and nobody would notice. */
  private void requireThatItCanFind(ViewInPlace place) {
    if (!place.isWhereWanted()
        && command.stream().noneMatch(word -> word.contains(RestartRequest.Reader.PLACE))) {
      throw new PermissionException(
          command.get(0) + ": would not read the checkpoint, which is at " + place.path(),
          "write {} in the command for the path to read, or run as root");
    }
  }
}
