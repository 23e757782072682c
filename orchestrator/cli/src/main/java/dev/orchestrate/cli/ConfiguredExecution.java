package dev.orchestrate.cli;

import dev.orchestrate.cli.config.Configuration;
import dev.orchestrate.cli.config.ConfigurationException;
import dev.orchestrate.cli.config.Key;
import dev.orchestrate.cli.config.Setting;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.OrchestrateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Runs a command as if what its configuration says had been typed as well, unless it was typed
 * otherwise. Only commands about a PATH have a configuration.
 *
 * <p>picocli asks for default values before it has seen the PATH that they depend on; so the words
 * are parsed, completed, and parsed again.
 */
final class ConfiguredExecution implements IExecutionStrategy {
  private static final String PATH = "PATH";

  @Override
  public int execute(ParseResult typed) {
    List<Setting> settings = settings(typed);
    return new RunLast().execute(settings.isEmpty() ? typed : parsedAgain(typed, settings));
  }

  private static ParseResult parsedAgain(ParseResult typed, List<Setting> settings) {
    CommandLine top = typed.commandSpec().commandLine();
    List<String> words = completed(typed.originalArgs(), settings, top);
    try {
      return top.parseArgs(words.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new ParameterException(
          e.getCommandLine(), e.getMessage() + origin(e.getArgSpec(), settings), e);
    }
  }

  /** They go right behind the command: no value in front of it may be called like one. */
  static List<String> completed(List<String> typed, List<Setting> settings, CommandLine top) {
    List<String> words = new ArrayList<>(typed);
    int command = 0;
    while (!top.getSubcommands().containsKey(words.get(command))) {
      command++;
    }
    words.addAll(command + 1, settings.stream().flatMap(ConfiguredExecution::typedAs).toList());
    return words;
  }

  static List<Setting> settings(ParseResult typed) {
    ParseResult command = typed.subcommand();
    boolean isConfigured =
        command != null
            && !command.hasSubcommand()
            && !command.isUsageHelpRequested()
            && !command.isVersionHelpRequested()
            && pathParameter(command.commandSpec()).isPresent();
    return isConfigured ? ofCommand(command) : List.of();
  }

  /** Which of them are to be added to what was typed. */
  private static List<Setting> ofCommand(ParseResult command) {
    CommandSpec spec = command.commandSpec();
    List<RawPath> paths =
        command.hasMatchedOption(CheckpointOptions.MOUNT_NAMESPACE)
            ? List.of() // there, they are others than the tables are about
            : paths(spec);
    try {
      Configuration configuration = ((OrchestrateCommand) spec.root().userObject()).configuration();
      if (paths.isEmpty()) {
        return configuration.requireForAll(wanted(configuration, Optional.empty(), command));
      }
      List<List<Setting>> ofEach =
          paths.stream().map(path -> wanted(configuration, Optional.of(path), command)).toList();
      ofEach.forEach(others -> Configuration.requireSame(ofEach.get(0), others));
      return ofEach.get(0);
    } catch (OrchestrateException e) {
      throw new ExecutionException(spec.commandLine(), e.getMessage(), e);
    } catch (ConfigurationException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static List<Setting> wanted(
      Configuration configuration, Optional<RawPath> path, ParseResult command) {
    return Configuration.notTyped(configuration.holding(path).values(), typed(command)).stream()
        .filter(setting -> option(command.commandSpec(), setting.key()).isPresent())
        .toList();
  }

  /** The keys whose options were typed, or another one that excludes them. */
  private static Set<Key> typed(ParseResult command) {
    Set<ArgSpec> options = new HashSet<>(command.matchedOptionsSet());
    for (OptionSpec option : command.matchedOptionsSet()) {
      if (option.group() != null) {
        options.addAll(option.group().args());
      }
    }
    Set<Key> keys = new HashSet<>();
    for (Key key : Key.values()) {
      option(command.commandSpec(), key).filter(options::contains).ifPresent(o -> keys.add(key));
    }
    return keys;
  }

  private static Optional<OptionSpec> option(CommandSpec command, Key key) {
    return key.option().flatMap(name -> Optional.ofNullable(command.findOption(name)));
  }

  private static List<RawPath> paths(CommandSpec command) {
    if (command.userObject() instanceof AboutPaths aboutPaths) {
      return aboutPaths.paths();
    }
    Object value = pathParameter(command).orElseThrow().getValue();
    Collection<?> values =
        value instanceof Optional<?> optional
            ? optional.stream().toList()
            : value instanceof Collection<?> several ? several : List.of(value);
    return values.stream().map(RawPath.class::cast).toList();
  }

  static Optional<PositionalParamSpec> pathParameter(CommandSpec command) {
    return command.positionalParameters().stream()
        .filter(parameter -> parameter.paramLabel().equals(PATH))
        .findFirst();
  }

  private static Stream<String> typedAs(Setting setting) {
    String option = setting.key().option().orElseThrow();
    if (setting.isSwitch()) {
      return setting.words().contains("true") ? Stream.of(option) : Stream.of();
    }
    return setting.words().stream().map(word -> option + "=" + word);
  }

  private static String origin(ArgSpec refused, List<Setting> settings) {
    return settings.stream()
        .filter(setting -> isNamed(refused, setting.key().option().orElseThrow()))
        .findFirst()
        .map(setting -> "; it is from " + setting.origin())
        .orElse("");
  }

  private static boolean isNamed(ArgSpec argument, String name) {
    return argument instanceof OptionSpec option && Arrays.asList(option.names()).contains(name);
  }
}
