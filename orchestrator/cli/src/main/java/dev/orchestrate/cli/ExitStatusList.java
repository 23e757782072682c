package dev.orchestrate.cli;

import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Puts the exit statuses into the help, and so into the manual page. */
final class ExitStatusList implements IModelTransformer {
  @Override
  public CommandSpec transform(CommandSpec command) {
    command
        .usageMessage()
        .exitCodeListHeading("Exit status:%n")
        .exitCodeList(UsageMessageSpec.keyValuesMap(ExitStatus.help().toArray(String[]::new)));
    return command;
  }
}
