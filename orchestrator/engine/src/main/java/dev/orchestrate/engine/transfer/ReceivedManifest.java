package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.Manifest.TargetRecord;
import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A manifest that comes from elsewhere.
 *
 * @param sent as it was there
 * @param target where its tree will be restarted
 */
record ReceivedManifest(Manifest sent, Target target) {

  /** What a backend is to find, or to make, a place for. */
  SnapshotRequest request(Settings settings) {
    return new SnapshotRequest(target, sent.id(), sent.manifestPath().parent(), Set.of(), settings);
  }

  /**
   * As it reads here. All paths in it are relative to the target, so that and people are all that
   * is another.
   *
   * @param more what people should know of where it comes from
   */
  Manifest moved(SnapshotReference reference, OwnerMap owners, List<String> more) {
    List<String> warnings = new ArrayList<>(sent.warnings());
    warnings.addAll(more);
    return new Manifest(
        sent.version(),
        sent.id(),
        sent.set(),
        sent.created(),
        reference.backend(),
        new TargetRecord(
            target.path(),
            target.pathInFilesystem(),
            target.mount().type(),
            target.mount().source()),
        Manifest.attributesOf(reference),
        sent.manifestPath(),
        sent.frozenMicros(),
        sent.freezing(),
        sent.relinks(),
        sent.descriptions(),
        sent.processes().stream().map(one -> one.with(owners)).toList(),
        warnings,
        renumbered(owners));
  }

  private Optional<String> renumbered(OwnerMap owners) {
    return owners.isEmpty()
        ? sent.renumbered()
        : Optional.of(sent.renumbered().map(one -> one + "; " + owners).orElse(owners.toString()));
  }

  /** What the journal notes of it; no command of this host has relinked anything for it. */
  Entry.Begun begun(SnapshotReference reference) {
    return new Entry.Begun(
        sent.id(),
        Optional.empty(), // others of its set come, if they do, by themselves
        sent.created(),
        target.path(),
        target.mount().type(),
        target.isMountPoint(),
        reference.backend(),
        sent.manifestPath().parent(),
        List.of(),
        Manifest.attributesOf(reference));
  }
}
