package dev.orchestrate.engine.backend;

import dev.orchestrate.engine.trust.TrustedFolder;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.SnapshotBackend;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.pf4j.DefaultExtensionFactory;

/** The backends that the plugins folders provide. */
public final class Backends {
  private final List<Plugin> plugins;
  private final List<SnapshotBackend> backends;

  private Backends(List<Plugin> plugins) {
    this.plugins = plugins;
    this.backends =
        plugins.stream()
            .flatMap(plugin -> plugin.backends().stream())
            .sorted(Comparator.comparing(SnapshotBackend::name))
            .toList();
  }

  /**
   * @throws dev.orchestrate.spi.PermissionException if others could have put a plugin there
   */
  @SuppressWarnings("resource") // open as long as the backends are used: to the end of the command
  public static Backends load(PluginFolders folders) {
    List<Path> existing = folders.existing();
    existing.forEach(TrustedFolder::requireSafe);
    return new Backends(LoadedPlugins.of(existing).all());
  }

  /** All that are there, usable or not. */
  public List<Plugin> plugins() {
    return plugins;
  }

  public List<SnapshotBackend> all() {
    return backends;
  }

  /** One more instance of a backend, for a checkpoint that is made at the same time. */
  public SnapshotBackend another(SnapshotBackend backend) {
    return new DefaultExtensionFactory().create(backend.getClass());
  }

  /**
   * @throws NotFoundException if there is none of that name
   */
  public SnapshotBackend byName(String name) {
    return backends.stream()
        .filter(backend -> backend.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new NotFoundException(
                    "backend " + name + ": there is no such backend",
                    "there are: "
                        + backends.stream()
                            .map(SnapshotBackend::name)
                            .collect(Collectors.joining(", "))));
  }
}
