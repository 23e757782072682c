package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotFoundException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Where paths outside of the tree are on this host, if not where they were: working directories and
 * executables. Paths in the tree are relative to its top, and need no map.
 */
public final class PathMap {
  private final List<Entry> entries;

  /**
   * @param from as recorded, absolute
   * @param to what is there instead, absolute
   */
  public record Entry(RawPath from, RawPath to) {}

  /** The entry for the longest path above wins. */
  public PathMap(List<Entry> entries) {
    this.entries =
        entries.stream()
            .sorted(
                Comparator.comparing((Entry entry) -> entry.from().components().size()).reversed())
            .toList();
  }

  /**
   * The manifests of a checkpoint, or of all of a set, with these paths instead.
   *
   * @throws NotFoundException if an entry is for nothing that is recorded in any
   */
  public List<Manifest> in(List<Manifest> manifests) {
    List<RawPath> recorded =
        manifests.stream()
            .flatMap(manifest -> manifest.processes().stream())
            .flatMap(one -> Stream.of(one.cwd(), one.root(), one.executable()))
            .flatMap(Optional::stream)
            .filter(place -> !place.onTarget())
            .map(Place::path)
            .toList();
    for (Entry entry : entries) {
      if (recorded.stream().noneMatch(path -> path.isBelow(entry.from()))) {
        throw new NotFoundException(
            "--map " + entry.from() + ": no recorded path outside of the tree is there or below",
            "see which there are: orchestrate restart --dry-run --all " + manifests.get(0).id());
      }
    }
    return manifests.stream().map(this::in).toList();
  }

  private Manifest in(Manifest manifest) {
    return new Manifest(
        manifest.version(),
        manifest.id(),
        manifest.set(),
        manifest.created(),
        manifest.backend(),
        manifest.target(),
        manifest.snapshot(),
        manifest.manifestPath(),
        manifest.frozenMicros(),
        manifest.freezing(),
        manifest.relinks(),
        manifest.descriptions(),
        manifest.processes().stream()
            .map(process -> process.with(this::in, UnaryOperator.identity()))
            .toList(),
        manifest.warnings(),
        manifest.renumbered());
  }

  private Place in(Place place) {
    return place.onTarget() ? place : new Place(false, of(place.path()), place.relinked());
  }

  private RawPath of(RawPath path) {
    return entries.stream()
        .filter(entry -> path.isBelow(entry.from()))
        .findFirst()
        .map(entry -> entry.to().resolve(path.relativeTo(entry.from())))
        .orElse(path);
  }
}
