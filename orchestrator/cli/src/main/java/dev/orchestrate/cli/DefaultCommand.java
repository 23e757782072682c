package dev.orchestrate.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** Makes {@code orchestrate --backend=btrfs /srv} the same as {@code orchestrate checkpoint …}. */
final class DefaultCommand {
  static final String NAME = "checkpoint";
  static final Set<String> ABOUT_THE_PROGRAM = Set.of("--help", "-h", "--version", "-V");

  private DefaultCommand() {}

  static List<String> complete(List<String> arguments, CommandLine commandLine) {
    Map<String, CommandLine> commands = commandLine.getSubcommands();
    if (arguments.isEmpty() || commands.containsKey(arguments.get(0))) {
      return arguments;
    }
    Set<String> withValue = optionsWithValue(commands.get(NAME));
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (commands.containsKey(argument) || ABOUT_THE_PROGRAM.contains(argument)) {
        return arguments;
      }
      if (withValue.contains(argument)) {
        i++;
      } else if (isMistypedCommand(argument)) {
        return arguments; // so that this is what is complained of
      } else if (!argument.startsWith("-")) {
        break;
      }
    }
    List<String> completed = new ArrayList<>(List.of(NAME));
    completed.addAll(arguments);
    return completed;
  }

  /** Those whose value may stand behind them as a word of its own. */
  private static Set<String> optionsWithValue(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(option -> option.arity().min() > 0)
        .flatMap(option -> Arrays.stream(option.names()))
        .collect(Collectors.toSet());
  }

  private static boolean isMistypedCommand(String argument) {
    return argument.matches("[a-z][a-z-]*") && !Files.exists(Path.of(argument));
  }
}
