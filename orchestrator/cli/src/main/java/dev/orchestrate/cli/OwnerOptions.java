package dev.orchestrate.cli;

import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who the owners of what comes from elsewhere are here. */
final class OwnerOptions {
  /** (uid_t) -1 means nobody in particular; chown(2). */
  private static final long LARGEST = 0xFFFF_FFFEL;

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String DIGITS = "[0-9]{1,10}";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--map-user",
      paramLabel = "OLD=NEW",
      description =
          "What belonged to user OLD, by number, belongs to NEW here, a number or a name; so in "
              + "ACLs. May be repeated. Default: numbers stay as they are.")
  private List<String> users = new ArrayList<>();

  @Option(names = "--map-group", paramLabel = "OLD=NEW", description = "The same for groups.")
  private List<String> groups = new ArrayList<>();

  OwnerMap map() {
    return new OwnerMap(
        numbers("--map-user", users, "passwd"), numbers("--map-group", groups, "group"));
  }

  private Map<Integer, Integer> numbers(String option, List<String> words, String database) {
    Map<Integer, Integer> numbers = new HashMap<>();
    for (String word : words) {
      String[] both = word.split("=", 2);
      if (both.length < 2 || !both[0].matches(DIGITS)) {
        throw wrong(option, word, "give OLD=NEW, OLD by its number: id -u NAME, where it is from");
      }
      int there = number(option, word, both[0]);
      int here =
          number(
              option,
              word,
              both[1].matches(DIGITS)
                  ? both[1]
                  : known(both[1], database)
                      .orElseThrow(
                          () -> wrong(option, word, "there is no such name here: " + both[1])));
      Integer before = numbers.put(there, here);
      if (before != null && before != here) {
        throw wrong(option, word, both[0] + " has another number already");
      }
    }
    return numbers;
  }

  private int number(String option, String word, String digits) {
    long number = Long.parseLong(digits);
    if (number > LARGEST) {
      throw wrong(option, word, "there are numbers up to " + LARGEST);
    }
    return (int) number;
  }

  /** By whatever the host asks for names; getent(1). */
  private static Optional<String> known(String name, String database) {
    if (name.isEmpty() || name.startsWith("-")) {
      return Optional.empty();
    }
    if (ExternalProgram.find("getent").isEmpty()) {
      return Optional.empty();
    }
    ExternalProgram.Result found = ExternalProgram.run(PATIENCE, List.of("getent", database, name));
    String[] fields = found.out().strip().split(":", -1);
    return found.status() == 0 && fields.length > 2 && fields[2].matches(DIGITS)
        ? Optional.of(fields[2])
        : Optional.empty();
  }

  private ParameterException wrong(String option, String word, String why) {
    return new ParameterException(
        spec.commandLine(), option + " " + RawPath.printable(word) + ": " + why);
  }
}
