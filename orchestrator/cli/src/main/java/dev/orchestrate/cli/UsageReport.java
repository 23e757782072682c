package dev.orchestrate.cli;

import dev.orchestrate.cli.config.ConfigurationException;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and where its help is; or with a configuration. */
final class UsageReport implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    Style style = OrchestrateCommand.of(command).screen().err();
    err.println(FailureReport.heading(style) + message(failure));
    if (failure.getCause() instanceof ConfigurationException wrong) {
      if (!wrong.advice().isEmpty()) {
        err.println("  " + wrong.advice());
      }
    } else {
      err.println("  see: " + command.getCommandSpec().qualifiedName() + " --help");
    }
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String message(ParameterException failure) {
    boolean top = failure.getCommandLine().getParent() == null;
    if (top && failure instanceof UnmatchedArgumentException unmatched) {
      return unmatched.getUnmatched().get(0) + ": there is no such command, and no such path";
    }
    if (top && failure.getClass().equals(ParameterException.class) && failure.getCause() == null) {
      return "give a command, or a PATH to checkpoint";
    }
    String message = RawPath.printable(failure.getMessage().lines().findFirst().orElse(""));
    return failure instanceof UnmatchedArgumentException && takesACommand(failure)
        ? message + "; options of the command go behind --"
        : message;
  }

  private static boolean takesACommand(ParameterException failure) {
    return failure.getCommandLine().getCommandSpec().positionalParameters().stream()
        .anyMatch(parameter -> parameter.paramLabel().equals("COMMAND"));
  }
}
