package dev.orchestrate.cli;

import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.linux.RawPath;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** The program that a person or a script starts. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    if (ReadyAnswers.give(List.of(arguments), new FileOutputStream(FileDescriptor.out))) {
      return;
    }
    int status = run(RawArguments.of(arguments));
    Shutdown.finish();
    System.exit(status);
  }

  private static int run(List<String> arguments) {
    CommandLine commandLine = commandLine();
    String[] completed =
        DefaultCommand.complete(arguments, commandLine.getSubcommands().keySet())
            .toArray(String[]::new);
    try {
      return commandLine.execute(completed);
    } finally {
      commandLine.getOut().flush();
      commandLine.getErr().flush();
    }
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new OrchestrateCommand());
    commandLine.setOut(writer(FileDescriptor.out));
    commandLine.setErr(writer(FileDescriptor.err));
    commandLine.setExecutionExceptionHandler(new FailureReport());
    commandLine.setParameterExceptionHandler(new UsageReport());
    commandLine.registerConverter(RawPath.class, RawPath::of);
    commandLine.registerConverter(RelinkTemplate.class, Main::template);
    commandLine.setUsageHelpAutoWidth(true);
    commandLine
        .getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("Exit status:%n")
        .exitCodeList(
            CommandLine.Model.UsageMessageSpec.keyValuesMap(
                ExitStatus.help().toArray(String[]::new)));
    return commandLine;
  }

  private static RelinkTemplate template(String argument) {
    try {
      return new RelinkTemplate(RawPath.of(argument));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(e.getMessage());
    }
  }

  /** UTF-8 whatever the locale says, since names are shown that no other charset can. */
  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }
}
