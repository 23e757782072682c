package dev.orchestrate.cli;

import dev.orchestrate.engine.backend.InstalledPlugins;
import dev.orchestrate.engine.backend.Plugin;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.SnapshotReference;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate plugins}. */
@Command(
    name = "plugins",
    description = "Lists the plugins that backends come from, installs one or removes it.")
final class PluginsCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  /** What {@code list --json} gives for each, and the others for the one that they are about. */
  record Entry(
      String id,
      String version,
      String requires,
      String description,
      List<String> backends,
      String file,
      boolean shipped,
      Optional<String> problem) {}

  @Override
  public Integer call() {
    return list(false);
  }

  @Command(name = "list", description = "Lists the plugins, and says what is wrong with which.")
  Integer list(@Option(names = "--json", description = "Report as JSON.") boolean json) {
    InstalledPlugins plugins = program.plugins();
    List<Plugin> all = plugins.list();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<Entry> entries = all.stream().map(plugin -> entry(plugin, plugins)).toList();
      Json.print(out, entries);
    } else if (all.isEmpty()) {
      out.println("no plugins are installed");
    } else {
      Table table = new Table(program.screen(), "PLUGIN", "VERSION", "BACKENDS", "FILE");
      all.forEach(
          plugin ->
              table.add(
                  plugin.id(),
                  plugin.version(),
                  plugin.problem().isPresent() ? "-" : String.join(",", plugin.backendNames()),
                  plugin.file().toString()));
      table.print(out);
    }
    if (!json) {
      all.stream().flatMap(plugin -> problem(plugin).stream()).forEach(program::say);
    }
    return ExitStatus.OK.status();
  }

  static Optional<String> problem(Plugin plugin) {
    return plugin.problem().map(problem -> plugin.file() + ": " + problem);
  }

  private static Entry entry(Plugin plugin, InstalledPlugins plugins) {
    return new Entry(
        plugin.id(),
        plugin.version(),
        plugin.requires(),
        plugin.description(),
        plugin.backendNames(),
        plugin.file().toString(),
        plugins.isShipped(plugin),
        plugin.problem());
  }

  @Command(
      name = "install",
      description = {
        "Copies a plugin's jar to where it is found from now on, or expands its zip there.",
        "",
        "Before that, looks at whether it can be used: it has to be a plugin for this version, with a "
            + "backend of a new name, and nobody else may be able to write to it. If not, nothing is "
            + "changed."
      })
  Integer install(
      @Parameters(paramLabel = "FILE", description = "The jar or zip.") Path file,
      @Option(names = "--replace", description = "Replace an installed plugin of the same id.")
          boolean replace,
      @Option(names = "--json", description = "Report as JSON.") boolean json) {
    InstalledPlugins plugins = program.plugins();
    Plugin installed = plugins.install(file, replace);
    if (json) {
      Entry entry = entry(plugins.find(installed.id()), plugins); // where it is now
      Json.print(spec.commandLine().getOut(), entry);
    } else {
      String names = String.join(", ", installed.backendNames());
      program.report().println("installed " + installed + ": backend " + names);
    }
    return ExitStatus.OK.status();
  }

  @Command(name = "remove", description = "Removes a plugin that was installed.")
  Integer remove(
      @Parameters(paramLabel = "NAME", description = "Its id, as list shows it.") String id,
      @Option(
              names = "--force",
              description = "Even if there are checkpoints that can't be read without it.")
          boolean force,
      @Option(names = "--json", description = "Report as JSON.") boolean json) {
    InstalledPlugins plugins = program.plugins();
    Plugin plugin = plugins.find(id);
    if (!force) {
      requireUnused(plugin);
    }
    Entry removed = entry(plugin, plugins);
    plugins.remove(plugin);
    if (json) {
      Json.print(spec.commandLine().getOut(), removed);
    } else {
      program.report().println("removed " + plugin);
    }
    return ExitStatus.OK.status();
  }

  private void requireUnused(Plugin plugin) {
    List<String> needing =
        program.catalog().list().stream()
            .filter(stored -> isStoredBy(stored, plugin))
            .map(StoredCheckpoint::id)
            .toList();
    if (!needing.isEmpty()) {
      throw new ConflictException(
          plugin
              + ": "
              + Units.count(needing.size(), "checkpoint is", "checkpoints are")
              + " stored by it: "
              + String.join(", ", needing),
          "delete them before: orchestrate delete; or leave them unreadable: --force");
    }
  }

  private static boolean isStoredBy(StoredCheckpoint stored, Plugin plugin) {
    return stored
        .snapshotReference()
        .map(SnapshotReference::backend)
        .filter(plugin.backendNames()::contains)
        .isPresent();
  }
}
