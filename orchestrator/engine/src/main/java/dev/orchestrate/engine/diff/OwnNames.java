package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.live.PrivateFolder;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.RawPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What checkpoints have put into a tree, and nobody else: their relink folders, whose names are
 * unlike any other, at the top of each volume, and beside them those of views in the live tree; the
 * private folder of a rollback; and the folders in which backends store.
 */
public final class OwnNames {
  private static final String ID = "[0-9a-f]{12}";

  private final Set<RawPath> stores;
  private final List<Pattern> folders;

  /**
   * @param manifests of all checkpoints that may have put something there: each has a template
   * @param stores relative to the tree's top
   */
  public OwnNames(Collection<Manifest> manifests, Set<RawPath> stores) {
    this.stores = Set.copyOf(stores);
    this.folders =
        manifests.stream()
            .flatMap(OwnNames::folders)
            .distinct()
            .map(path -> Pattern.compile(path, Pattern.DOTALL))
            .toList();
  }

  /** What all checkpoints of a catalog may have put there. */
  public static OwnNames of(Catalog catalog, Set<RawPath> stores) {
    List<Manifest> all = new ArrayList<>();
    for (StoredCheckpoint stored : catalog.list()) {
      if (stored instanceof StoredCheckpoint.Complete complete) {
        all.add(complete.manifest());
      }
    }
    return new OwnNames(all, stores);
  }

  private static Stream<String> folders(Manifest manifest) {
    RawPath folder = manifest.manifestPath().parent();
    RawPath view = folder.parent().resolve(manifest.id());
    return Stream.of(
        anyLike(folder, manifest.id(), ""), anyLike(view, manifest.id(), "-[a-z]+-" + ID));
  }

  private static String anyLike(RawPath folder, String id, String end) {
    String path = Pattern.quote(folder.text()).replace(id, "\\E" + ID + "\\Q");
    return "(.*/)?" + path + end;
  }

  boolean contain(RawPath path) {
    return stores.contains(path)
        || path.name().equals(PrivateFolder.NAME)
        || folders.stream().anyMatch(folder -> folder.matcher(path.text()).matches());
  }
}
