package dev.orchestrate.engine.doctor;

import dev.orchestrate.engine.backend.InstalledPlugins;
import dev.orchestrate.engine.backend.Plugin;
import dev.orchestrate.engine.backend.PluginFolders;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.SnapshotBackend;
import java.util.List;
import java.util.stream.Stream;

/** Which backends there are, and whether they find the programs that they start. */
final class PluginLook {
  private PluginLook() {}

  static List<Finding> findings(PluginFolders folders) {
    try {
      List<Plugin> plugins = new InstalledPlugins(folders).list();
      if (plugins.isEmpty()) {
        return List.of(
            Finding.problem(
                "plugins",
                new NotFoundException(
                    "there are none, and so no backend", "install orchestrate again")));
      }
      return plugins.stream().flatMap(PluginLook::findings).toList();
    } catch (PermissionException e) {
      return List.of(Finding.problem("plugins", e));
    }
  }

  private static Stream<Finding> findings(Plugin plugin) {
    if (plugin.problem().isPresent()) {
      return Stream.of(
          Finding.problem(
              "plugin " + plugin.id(),
              new NotSupportedException(
                  plugin.file() + ": " + plugin.problem().get(),
                  "if it is for another version, get the one for this; or remove it")));
    }
    return plugin.backends().stream().flatMap(backend -> findings(backend, plugin));
  }

  private static Stream<Finding> findings(SnapshotBackend backend, Plugin plugin) {
    return ToolLook.findings(
        "backend " + backend.name(), backend.tools(), plugin + ", with all programs that it starts")
        .stream();
  }
}
