package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Optional;

/** Which views there are: {@code views/VIEW.json} in the state directory. */
public final class StoredViews {
  private static final RawPath VIEWS = RawPath.of("views");

  private final StateFolder state;

  StoredViews(StateFolder state) {
    this.state = state;
  }

  public void add(StoredView view) {
    try (Directory folder = state.openOrMake(VIEWS)) {
      StateFolder.store(folder, file(view), ManifestFormat.write(view));
    }
  }

  public void remove(StoredView view) {
    state
        .openIfThere(VIEWS)
        .ifPresent(
            folder -> {
              try (folder) {
                folder.removeTree(file(view));
              }
            });
  }

  public List<StoredView> of(String checkpoint) {
    return all().stream().filter(view -> view.checkpoint().equals(checkpoint)).toList();
  }

  public List<StoredView> all() {
    Optional<Directory> opened = state.openIfThere(VIEWS);
    if (opened.isEmpty()) {
      return List.of();
    }
    try (Directory folder = opened.get()) {
      return folder.list().stream()
          .filter(name -> name.endsWith(".json"))
          .flatMap(
              name ->
                  StateFolder.read(folder, name)
                      .map(json -> ManifestFormat.read(json, StoredView.class, name.toString()))
                      .stream())
          .toList();
    }
  }

  private static RawPath file(StoredView view) {
    return RawPath.of(view.view() + ".json");
  }
}
