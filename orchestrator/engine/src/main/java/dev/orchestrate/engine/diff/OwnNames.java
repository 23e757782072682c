package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.live.PrivateFolder;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.RawPath;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What checkpoints have put into a tree, and nobody else: their relink folders, whose names are
 * unlike any other, at the top of each volume, and beside them those of views in the live tree; the
 * private folder of a rollback; and the folders in which backends store.
 */
public final class OwnNames {
  private static final String ID = "[0-9a-f]{12}";

  private final Set<RawPath> stores;
  private final Pattern relinkFolder;
  private final Pattern viewFolder;

  /**
   * @param stores relative to the tree's top
   */
  public OwnNames(Manifest manifest, Set<RawPath> stores) {
    this.stores = Set.copyOf(stores);
    RawPath folder = manifest.manifestPath().parent();
    RawPath view = folder.parent().resolve(manifest.id());
    this.relinkFolder = anyLike(folder, manifest.id(), "");
    this.viewFolder = anyLike(view, manifest.id(), "-[a-z]+-" + ID);
  }

  private static Pattern anyLike(RawPath folder, String id, String end) {
    String path = Pattern.quote(folder.text()).replace(id, "\\E" + ID + "\\Q");
    return Pattern.compile("(.*/)?" + path + end, Pattern.DOTALL);
  }

  boolean contain(RawPath path) {
    return stores.contains(path)
        || path.name().equals(PrivateFolder.NAME)
        || relinkFolder.matcher(path.text()).matches()
        || viewFolder.matcher(path.text()).matches();
  }
}
