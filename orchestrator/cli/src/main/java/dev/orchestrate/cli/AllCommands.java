package dev.orchestrate.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/**
 * The program with all its commands, as its help and its manual pages show it. To describe all of
 * them to picocli takes as long as everything else that a short command does, so that one which is
 * named is described alone.
 */
@Command(
    subcommands = {
      CheckpointCommand.class,
      BackupCommand.class,
      RestartCommand.class,
      ListCommand.class,
      ShowCommand.class,
      FilesCommand.class,
      ReportCommand.class,
      TagCommand.class,
      VerifyCommand.class,
      DiffCommand.class,
      RollbackCommand.class,
      DeleteCommand.class,
      PruneCommand.class,
      RecoverCommand.class,
      MountCommand.class,
      UmountCommand.class,
      SendCommand.class,
      ReceiveCommand.class,
      MigrateCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      ConfigCommand.class,
      BackendsCommand.class,
      BenchCommand.class,
      PluginsCommand.class,
      DoctorCommand.class,
      DemoCommand.class
    })
final class AllCommands extends OrchestrateCommand {
  /**
   * The only command that these words can be about; none if that is not clear at the first look, or
   * if they are about the program as a whole.
   */
  static Optional<Class<?>> onlyOneFor(List<String> words) {
    if (words.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Class<?>> commands = byName();
    Class<?> first = commands.get(words.get(0));
    boolean canBeOthers =
        words.stream()
            .anyMatch(
                word ->
                    commands.containsKey(word) || DefaultCommand.ABOUT_THE_PROGRAM.contains(word));
    return first == null && !canBeOthers
        ? Optional.of(commands.get(DefaultCommand.NAME))
        : Optional.ofNullable(first);
  }

  private static Map<String, Class<?>> byName() {
    return Arrays.stream(AllCommands.class.getAnnotation(Command.class).subcommands())
        .collect(Collectors.toMap(AllCommands::name, command -> command));
  }

  /** The same as its annotation says, which takes longer to read. */
  private static String name(Class<?> command) {
    return command.getSimpleName().replace("Command", "").toLowerCase(Locale.ROOT);
  }
}
