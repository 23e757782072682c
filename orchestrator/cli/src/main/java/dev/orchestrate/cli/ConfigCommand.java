package dev.orchestrate.cli;

import dev.orchestrate.cli.config.Key;
import dev.orchestrate.cli.config.Setting;
import dev.orchestrate.engine.hooks.HookFolder;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate config}. */
@Command(
    name = "config",
    description = {
      "Shows what the configuration says, for a PATH or in general, and which hooks are called.",
      "",
      "It is read from config.toml, and then from each file config.d/*.toml, in /etc/orchestrate for "
          + "root and in $XDG_CONFIG_HOME/orchestrate for others; ORCHESTRATE_CONFIG_DIR is another "
          + "folder. What was typed goes before what is said about the path, and that before what is "
          + "said in general. Hooks are in hooks.d, beside it."
    })
final class ConfigCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "For which path. Default: what holds for all others.")
  private Optional<RawPath> path = Optional.empty();

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives. */
  record Report(List<Entry> settings, List<List<String>> hooks) {}

  /** What is said about one key, where. */
  record Entry(String key, List<String> value, String file, int line, Optional<RawPath> path) {}

  @Override
  public Integer call() {
    Map<Key, Setting> holding = program.configuration().holding(path);
    Path folder = OrchestrateCommand.configurationFolder().hooks();
    List<List<String>> hooks =
        HookFolder.hooks(folder).stream().map(hook -> hook.beforeFreeze().subList(0, 1)).toList();
    HookFolder.notExecutable(folder)
        .forEach(file -> program.warn(file + " is not called: it is not executable"));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, new Report(holding.values().stream().map(this::entry).toList(), hooks));
    } else if (holding.isEmpty() && hooks.isEmpty()) {
      out.println("nothing is configured" + path.map(one -> " for " + one).orElse(""));
    } else {
      Table table = new Table(program.screen(), "KEY", "VALUE", "FROM");
      holding.forEach((key, setting) -> table.add(key.text(), shown(setting), setting.origin()));
      hooks.forEach(hook -> table.add("hook", hook.get(0), folder.toString()));
      table.print(out);
    }
    return ExitStatus.OK.status();
  }

  private Entry entry(Setting setting) {
    return new Entry(
        setting.key().text(),
        setting.words(),
        setting.file().toString(),
        setting.line(),
        setting.path());
  }

  private static String shown(Setting setting) {
    return RawPath.printable(String.join(" ", setting.words()));
  }
}
