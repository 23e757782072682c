package dev.orchestrate.cli;

import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.linux.process.ExternalProgram.OverdueException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who the owners of what comes from elsewhere are here. */
final class OwnerOptions {
  /** (uid_t) -1 means nobody in particular; chown(2). */
  private static final BigInteger LARGEST = BigInteger.valueOf(0xFFFF_FFFEL);

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String DIGITS = "[0-9]+";

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
      try {
        add(word.split("=", 2), database, numbers);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            spec.commandLine(), option + " " + RawPath.printable(word) + ": " + e.getMessage(), e);
      }
    }
    return numbers;
  }

  private static void add(String[] both, String database, Map<Integer, Integer> numbers) {
    if (both.length < 2 || !both[0].matches(DIGITS)) {
      throw new IllegalArgumentException(
          "give OLD=NEW, OLD by its number: id -u NAME, where it is from");
    }
    int here = number(both[1].matches(DIGITS) ? both[1] : known(both[1], database));
    Integer before = numbers.put(number(both[0]), here);
    if (before != null && before != here) {
      throw new IllegalArgumentException(both[0] + " has another number already");
    }
  }

  private static int number(String digits) {
    BigInteger number = new BigInteger(digits);
    if (number.compareTo(LARGEST) > 0) {
      throw new IllegalArgumentException("there are numbers up to " + LARGEST);
    }
    return number.intValue();
  }

  /** The number of a name, by whatever the host asks for names; getent(1). */
  private static String known(String name, String database) {
    String[] fields = entry(name, database).strip().split(":", -1);
    if (fields.length < 3 || !fields[0].equals(name) || !fields[2].matches(DIGITS)) {
      throw new IllegalArgumentException("there is no such name here: " + RawPath.printable(name));
    }
    return fields[2];
  }

  private static String entry(String name, String database) {
    if (name.isEmpty() || name.startsWith("-")) {
      return "";
    }
    try {
      return ExternalProgram.run(PATIENCE, List.of("getent", database, name)).out();
    } catch (UncheckedIOException | OverdueException e) {
      throw new IllegalArgumentException("names can't be looked up by getent; give the number", e);
    }
  }
}
