package dev.orchestrate.engine.diff;

import dev.orchestrate.engine.live.PrivateFolder;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.RawPath;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What checkpoints have put into a tree, and nobody else: their relink folders, whose names are
 * unlike any other, at the top of each volume; the private folder of a rollback; and the folders in
 * which backends store.
 */
public final class OwnNames {
  private static final String ID = "[0-9a-f]{12}";

  private final Set<RawPath> stores;
  private final Pattern relinkFolder;

  /**
   * @param stores relative to the tree's top
   */
  public OwnNames(Manifest manifest, Set<RawPath> stores) {
    this.stores = Set.copyOf(stores);
    String folder = manifest.manifestPath().parent().text();
    this.relinkFolder =
        Pattern.compile(
            "(.*/)?" + Pattern.quote(folder).replace(manifest.id(), "\\E" + ID + "\\Q"),
            Pattern.DOTALL);
  }

  boolean contain(RawPath path) {
    return stores.contains(path)
        || path.name().equals(PrivateFolder.NAME)
        || relinkFolder.matcher(path.text()).matches();
  }
}
