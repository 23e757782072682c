package dev.orchestrate.engine.transfer;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.spi.DamagedException;

/** A folder that somebody wants to import, in one of three forms. */
final class ImportedFolder {
  private ImportedFolder() {}

  /**
   * Tells the form. What has a manifest among relinked files is the tree of a backup, whatever else
   * is at its top: files of an image, or of an export, may be what was backed up.
   *
   * @throws dev.orchestrate.spi.NotFoundException as {@link ManifestPlace#find} does
   * @throws DamagedException if it has no form, as far as that can be told by now
   */
  static Incoming in(Directory folder, ManifestPlace place) {
    return place
        .find(folder)
        .<Incoming>map(id -> new RestoredTree(folder, id, place.template().manifest(id)))
        .orElseGet(() -> exported(folder, place));
  }

  private static Incoming exported(Directory folder, ManifestPlace place) {
    if (ImageReader.isOne(folder)) {
      return new ImageReader(folder);
    }
    if (folder.entry(Exporter.LABEL).isEmpty()) {
      throw new DamagedException(
          "%s: lacks %s, so it is nothing that was exported, and %s, so it is no tree of a backup"
              .formatted(folder.subject(), Exporter.LABEL, place.pattern()),
          "name a folder that orchestrate export has made, an image layout, or what was the top of"
              + " the tree that was backed up: restic and borg restore it some folders below");
    }
    return new ExportedCheckpoint(folder);
  }
}
