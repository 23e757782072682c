package dev.orchestrate.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
      ConfigCommand.class,
      BackendsCommand.class,
      PluginsCommand.class,
      DoctorCommand.class,
      DemoCommand.class
    })
final class AllCommands extends OrchestrateCommand {
  /** The command that is called so. */
  static Optional<Class<?>> named(String name) {
    return Arrays.stream(AllCommands.class.getAnnotation(Command.class).subcommands())
        .filter(command -> name(command).equals(name))
        .findFirst();
  }

  /** The same as its annotation says, which takes longer to read. */
  private static String name(Class<?> command) {
    return command.getSimpleName().replaceFirst("Command$", "").toLowerCase(Locale.ROOT);
  }

  /**
   * The only command that these words can be about; none if that is not clear at the first look, or
   * if they are about the program as a whole.
   */
  static Optional<Class<?>> onlyOneFor(List<String> words) {
    Optional<Class<?>> first = words.stream().findFirst().flatMap(AllCommands::named);
    boolean canBeOthers = words.isEmpty() || words.stream().anyMatch(AllCommands::isTelling);
    return first.isPresent() || canBeOthers ? first : named(DefaultCommand.NAME);
  }

  private static boolean isTelling(String word) {
    return DefaultCommand.ABOUT_THE_PROGRAM.contains(word) || named(word).isPresent();
  }
}
