package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.OwnerMaps;
import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.ConflictException;
import java.util.List;
import java.util.Map;

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
   * What the numbers of the sending side are here.
   *
   * @param here what this host has by that id
   * @param ownerMaps how it was received, if it was
   * @throws ConflictException if that is another
   */
  OwnerMap requireSame(Manifest here, OwnerMaps ownerMaps) {
    if (of(here).equals(this)) {
      return OwnerMap.NONE;
    }
    return ownerMaps
        .of(id)
        .filter(received -> received.sentAs().equals(digest))
        .map(OwnerMaps.Received::owners)
        .orElseThrow(() -> another(here));
  }

  private ConflictException another(Manifest here) {
    return new ConflictException(
        "checkpoint "
            + id
            + " is here, but not as the sending side has it: the manifests differ"
            + here.renumbered().map(" (here, it was received with %s)"::formatted).orElse(""),
        "have the whole checkpoint sent, without --parent");
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
