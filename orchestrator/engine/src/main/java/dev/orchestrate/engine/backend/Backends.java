package dev.orchestrate.engine.backend;

import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.SnapshotBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.pf4j.JarPluginManager;
import org.pf4j.PluginRuntimeException;

/** The backends that the plugins folder provides, each jar through a class loader of its own. */
public final class Backends {
  private final List<SnapshotBackend> backends;

  private Backends(List<SnapshotBackend> backends) {
    this.backends = backends;
  }

  /**
   * @throws NotSupportedException if a plugin can't be loaded
   * @throws dev.orchestrate.spi.PermissionException if others could have put a plugin there
   */
  public static Backends load(Path pluginsFolder) {
    if (!Files.isDirectory(pluginsFolder)) {
      return new Backends(List.of());
    }
    PluginFolder.requireSafe(pluginsFolder);
    try {
      JarPluginManager manager = new JarPluginManager(pluginsFolder);
      manager.loadPlugins();
      manager.startPlugins();
      return new Backends(
          manager.getExtensions(SnapshotBackend.class).stream()
              .sorted(Comparator.comparing(SnapshotBackend::name))
              .toList());
    } catch (PluginRuntimeException | LinkageError e) {
      throw new NotSupportedException(
          pluginsFolder + ": a plugin can't be loaded: " + e.getMessage(),
          "remove it, or get the one for this version",
          e);
    }
  }

  public List<SnapshotBackend> all() {
    return backends;
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
