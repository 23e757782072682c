package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.OwnerMaps;
import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The checkpoint that a receiver has to have, when it is sent only what differs from that.
 *
 * @param digest of what its manifest says wherever it is: all but where its tree is and how it is
 *     stored, and what the user was told of that
 */
record ParentCheckpoint(String id, String digest) {
  private static final String ID = "[0-9a-f]{12}";

  static ParentCheckpoint of(Manifest manifest) {
    return new ParentCheckpoint(
        manifest.id(), Sha256.of(ManifestFormat.write(withoutPlace(manifest))));
  }

  boolean isSound() {
    return id != null && digest != null && id.matches(ID);
  }

  /**
   * @param here what this host has by that id
   * @param received how, if its owners have other numbers here
   * @throws ConflictException if that is another
   */
  void requireSame(Manifest here, Optional<OwnerMaps.Received> received) {
    boolean asSent = received.filter(one -> one.sentAs().equals(digest)).isPresent();
    if (!isOf(here) && !asSent) {
      throw new ConflictException(
          "checkpoint "
              + id
              + " is here, but not as the sending side has it: the manifests differ"
              + here.renumbered().map(" (here, it was received with %s)"::formatted).orElse(""),
          "have the whole checkpoint sent, without --parent");
    }
  }

  /** Whether it is this one, with owners of these numbers. */
  boolean isOf(Manifest here) {
    return of(here).equals(this);
  }

  private static Manifest withoutPlace(Manifest manifest) {
    return new Manifest(
        manifest.version(),
        manifest.id(),
        manifest.set(),
        manifest.created(),
        "",
        new Manifest.TargetRecord(RawPath.ROOT, RawPath.ROOT, "", RawPath.EMPTY),
        Map.of(),
        manifest.manifestPath(),
        manifest.frozenMicros(),
        manifest.freezing(),
        manifest.relinks(),
        manifest.descriptions(),
        manifest.processes(),
        List.of(),
        manifest.renumbered());
  }
}
