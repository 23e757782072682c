package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Description;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord.MappingRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.View;
import java.util.Optional;

/**
 * A manifest as it reads in a view that has the relinked names in another folder than the snapshot
 * has them.
 */
final class MovedRelinks {
  private final RawPath from;
  private final RawPath to;

  private MovedRelinks(RawPath from, RawPath to) {
    this.from = from;
    this.to = to;
  }

  static Manifest in(View view, Manifest manifest) {
    return view.relinkFolder()
        .map(folder -> new MovedRelinks(manifest.manifestPath().parent(), folder).move(manifest))
        .orElse(manifest);
  }

  private Manifest move(Manifest manifest) {
    return new Manifest(
        manifest.version(),
        manifest.id(),
        manifest.set(),
        manifest.created(),
        manifest.backend(),
        manifest.target(),
        manifest.snapshot(),
        move(manifest.manifestPath()),
        manifest.frozenMicros(),
        manifest.freezing(),
        // what is listed here gets removed: in a live tree that must be none of its own files
        manifest.relinks().stream()
            .filter(relink -> relink.relinked().isBelow(from))
            .map(this::move)
            .toList(),
        manifest.descriptions().stream().map(this::move).toList(),
        manifest.processes().stream().map(process -> process.with(this::move, this::move)).toList(),
        manifest.warnings(),
        manifest.renumbered());
  }

  private RawPath move(RawPath path) {
    return path.isBelow(from) ? to.resolve(path.relativeTo(from)) : path;
  }

  private Optional<RawPath> move(Optional<RawPath> relinked) {
    return relinked.map(this::move);
  }

  private Relink move(Relink relink) {
    return new Relink(
        relink.inode(),
        relink.original(),
        move(relink.relinked()),
        relink.strategy(),
        relink.kind(),
        relink.size(),
        relink.links());
  }

  private Description move(Description description) {
    return new Description(
        description.id(),
        description.path(),
        move(description.relinked()),
        description.kind(),
        description.flags(),
        description.offset(),
        description.locks());
  }

  private Place move(Place place) {
    return new Place(place.onTarget(), place.path(), move(place.relinked()));
  }

  private MappingRecord move(MappingRecord mapping) {
    return new MappingRecord(
        mapping.start(),
        mapping.end(),
        mapping.offset(),
        mapping.protection(),
        mapping.path(),
        move(mapping.relinked()));
  }
}
