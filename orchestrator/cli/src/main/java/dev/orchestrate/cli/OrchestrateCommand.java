package dev.orchestrate.cli;

import dev.orchestrate.cli.config.Configuration;
import dev.orchestrate.cli.config.ConfigurationFolder;
import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.backend.InstalledPlugins;
import dev.orchestrate.engine.backend.PluginFolders;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.OrchestrateException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The options that all commands have, and what they stand for. */
@Command(
    name = "orchestrate",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    modelTransformer = ExitStatusList.class,
    description = {
      "Snapshots a filesystem together with the files that only an open descriptor still "
          + "reaches, and gives both back at restart.",
      "",
      "orchestrate PATH is short for orchestrate checkpoint PATH."
    })
class OrchestrateCommand {
  @Option(
      names = "--state-dir",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description =
          "Where checkpoints are listed. Default: ORCHESTRATE_STATE_DIR, else /var/lib/orchestrate"
              + " for root and $XDG_STATE_HOME/orchestrate for others.")
  private Optional<RawPath> stateDirectory = Optional.empty();

  @Option(
      names = "--plugins-dir",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Where the backends are. Default: the plugins folder of the program.")
  private Optional<String> pluginsDirectory = Optional.empty();

  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "Read this configuration. Default: see orchestrate config --help.")
  private Optional<Path> configurationFile = Optional.empty();

  @Option(names = "--no-config", scope = ScopeType.INHERIT, description = "Read no configuration.")
  private boolean noConfiguration;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description =
          "Tell only what was asked for, warnings and failures: no progress, nothing of what was "
              + "done, and of a new checkpoint its id alone. --verbose goes before this.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Say what is done, and why so.")
  private boolean verbose;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Say more, and show where in the program a failure arose.")
  private boolean debug;

  @Spec private CommandSpec spec;
  private Screen screen = Screen.NONE;
  private Optional<ProgressLine> shown = Optional.empty();
  private boolean noticed;
  private Optional<Configuration> configuration = Optional.empty();

  static OrchestrateCommand of(CommandLine commandLine) {
    return (OrchestrateCommand) commandLine.getCommandSpec().root().userObject();
  }

  /** Where it is shown what the command tells. */
  void showOn(Screen shown) {
    screen = shown;
  }

  Screen screen() {
    return screen;
  }

  boolean debug() {
    return debug;
  }

  boolean verbose() {
    return verbose || debug;
  }

  boolean quiet() {
    return quiet && !verbose();
  }

  /** Tells people something that they should know, though it is no failure. */
  void say(String line) {
    shown.ifPresent(ProgressLine::makeRoom);
    spec.commandLine().getErr().println("orchestrate: " + line);
  }

  /** Warns people of something that the command goes on in spite of. */
  void warn(String line) {
    say(screen.err().warning("warning:") + " " + line);
  }

  /** Tells people of a failure, and returns the exit status that goes with it. */
  int fail(OrchestrateException failure) {
    return FailureReport.report(failure, spec.commandLine().getErr(), screen.err());
  }

  /** Tells them something that they may want to know. */
  void remark(String line) {
    if (!quiet()) {
      say(line);
    }
  }

  /** Where a command tells what it has done, which is not what it was asked for. */
  PrintWriter report() {
    return quiet() ? new PrintWriter(Writer.nullWriter()) : spec.commandLine().getOut();
  }

  /** Tells the id of a new checkpoint where nothing else is told of it. */
  void made(String id) {
    if (quiet()) {
      spec.commandLine().getOut().println(id);
    }
  }

  ProgressLine progress() {
    // what --verbose tells would be written behind it
    Screen where = quiet() || verbose() ? Screen.NONE : screen;
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), where);
    shown = Optional.of(progress);
    return progress;
  }

  /** Says what is being done, as long as that takes. */
  void showing(String step, Runnable task) {
    try (ProgressLine progress = progress()) {
      progress.begin(step);
      task.run();
    }
  }

  void configureLogging() {
    if (verbose()) {
      Logging.show(debug);
    }
  }

  /** The catalog; says if there is something to recover. */
  Catalog catalog() {
    Catalog catalog = catalogToRecover();
    if (!noticed) {
      noticed = true;
      catalog
          .journals()
          .interrupted()
          .forEach(
              id ->
                  say(
                      "a command at work on checkpoint "
                          + id
                          + " was interrupted; see: orchestrate recover --help"));
    }
    return catalog;
  }

  Catalog catalogToRecover() {
    configureLogging();
    return new Catalog(
        stateDirectory
            .or(() -> environment("ORCHESTRATE_STATE_DIR").map(RawPath::of))
            .orElseGet(OrchestrateCommand::defaultStateDirectory)
            .toAbsolute());
  }

  /**
   * What the user's files say; read once.
   *
   * @throws dev.orchestrate.cli.config.ConfigurationException if one makes no sense
   * @throws dev.orchestrate.spi.PermissionException if others could have written it
   */
  Configuration configuration() {
    if (configuration.isEmpty()) {
      configuration = Optional.of(readConfiguration());
    }
    return configuration.get();
  }

  private Configuration readConfiguration() {
    if (noConfiguration) {
      return Configuration.EMPTY;
    }
    return configurationFile
        .map(ConfigurationFolder::readOnly)
        .orElseGet(() -> configurationFolder().read());
  }

  /** As with the state folder, root has one for the machine, and each user one of their own. */
  static ConfigurationFolder configurationFolder() {
    return new ConfigurationFolder(
        environment("ORCHESTRATE_CONFIG_DIR")
            .map(Path::of)
            .orElseGet(OrchestrateCommand::defaultConfigurationFolder));
  }

  private static Path defaultConfigurationFolder() {
    if (SystemCalls.userId() == 0) {
      return Path.of("/etc/orchestrate");
    }
    return environment("XDG_CONFIG_HOME")
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".config"))
        .resolve("orchestrate");
  }

  private static RawPath defaultStateDirectory() {
    if (SystemCalls.userId() == 0) {
      return RawPath.of("/var/lib/orchestrate");
    }
    return environment("XDG_STATE_HOME")
        .map(RawPath::of)
        .orElseGet(() -> RawPath.of(System.getProperty("user.home")).resolve(".local/state"))
        .resolve("orchestrate");
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }

  /** Says which plugins are left out. */
  Backends backends() {
    configureLogging();
    Backends backends = Backends.load(pluginFolders());
    backends.plugins().stream()
        .flatMap(plugin -> PluginsCommand.problem(plugin).stream())
        .forEach(problem -> say(problem + "; see: orchestrate plugins"));
    return backends;
  }

  InstalledPlugins plugins() {
    configureLogging();
    return new InstalledPlugins(pluginFolders());
  }

  /** The folder that the program is installed in, as its launcher says. */
  static Path home() {
    return Path.of(System.getProperty("orchestrate.home", "."));
  }

  PluginFolders pluginFolders() {
    return pluginsDirectory
        .or(() -> Optional.ofNullable(System.getProperty("orchestrate.plugins")))
        .map(folder -> PluginFolders.only(Path.of(folder)))
        .orElseGet(() -> PluginFolders.of(home()));
  }
}
