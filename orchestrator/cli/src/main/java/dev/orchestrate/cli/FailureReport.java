package dev.orchestrate.cli;

import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.OrchestrateException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in a line or two what failed and what to do next. */
final class FailureReport implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    boolean debug = OrchestrateCommand.of(command).debug();
    if (debug) {
      failure.printStackTrace(err);
    }
    if (failure instanceof OrchestrateException known) {
      return status(command, report(known, err));
    }
    if (failure instanceof SystemCallException call) {
      return status(command, report(Failures.of(call, command.getCommandName(), ""), err));
    }
    err.println("orchestrate: " + failure);
    err.println("  this is a fault of the program" + (debug ? "" : "; --debug shows where"));
    return status(command, ExitStatus.FAILED.status());
  }

  /** A command may have one status of its own for all failures. */
  private static int status(CommandLine command, int status) {
    int own = command.getCommandSpec().exitCodeOnExecutionException();
    return own == ExitCode.SOFTWARE ? status : own;
  }

  static int report(OrchestrateException failure, PrintWriter err) {
    err.println("orchestrate: " + failure.getMessage());
    if (!failure.advice().isEmpty()) {
      err.println("  " + failure.advice());
    }
    for (Throwable besides : failure.getSuppressed()) {
      err.println("  besides: " + besides.getMessage());
    }
    return ExitStatus.of(failure).status();
  }
}
