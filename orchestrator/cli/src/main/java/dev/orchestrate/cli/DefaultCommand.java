package dev.orchestrate.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes {@code orchestrate --backend=btrfs /srv} the same as {@code orchestrate checkpoint …}. */
final class DefaultCommand {
  private static final Set<String> WITH_VALUE = Set.of("--state-dir", "--plugins-dir");
  private static final Set<String> ABOUT_THE_PROGRAM = Set.of("--help", "-h", "--version", "-V");

  private DefaultCommand() {}

  static List<String> complete(List<String> arguments, Set<String> commands) {
    if (arguments.isEmpty()) {
      return arguments;
    }
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (commands.contains(argument) || ABOUT_THE_PROGRAM.contains(argument)) {
        return arguments;
      }
      if (WITH_VALUE.contains(argument)) {
        i++;
      } else if (isMistypedCommand(argument)) {
        return arguments; // so that this is what is complained of
      } else if (!argument.startsWith("-")) {
        break;
      }
    }
    List<String> completed = new ArrayList<>(List.of("checkpoint"));
    completed.addAll(arguments);
    return completed;
  }

  private static boolean isMistypedCommand(String argument) {
    return argument.matches("[a-z][a-z-]*") && !Files.exists(Path.of(argument));
  }
}
