package dev.orchestrate.engine.manifest;

import dev.orchestrate.linux.RawPath;
import java.util.Optional;
import java.util.stream.Stream;

/** The paths of a manifest that a restart opens in its view. */
final class ManifestPaths {
  private ManifestPaths() {}

  static Stream<RawPath> onTarget(Manifest manifest) {
    return Stream.of(
            manifest.relinks().stream().flatMap(one -> Stream.of(one.original(), one.relinked())),
            manifest.descriptions().stream()
                .flatMap(one -> Stream.concat(Stream.of(one.path()), one.relinked().stream())),
            manifest.processes().stream().flatMap(ManifestPaths::of),
            Stream.of(manifest.manifestPath()))
        .flatMap(paths -> paths);
  }

  private static Stream<RawPath> of(ProcessRecord process) {
    Stream<RawPath> places =
        Stream.of(process.cwd(), process.root(), process.executable())
            .flatMap(Optional::stream)
            .filter(ProcessRecord.Place::onTarget)
            .flatMap(one -> Stream.concat(Stream.of(one.path()), one.relinked().stream()));
    Stream<RawPath> mappings =
        process.mappings().stream()
            .flatMap(one -> Stream.concat(Stream.of(one.path()), one.relinked().stream()));
    return Stream.concat(places, mappings);
  }
}
