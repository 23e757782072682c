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
    OrchestrateCommand program = OrchestrateCommand.of(command);
    boolean debug = program.debug();
    if (debug) {
      failure.printStackTrace(err);
    }
    if (failure instanceof OrchestrateException known) {
      return status(command, program.fail(known));
    }
    if (failure instanceof SystemCallException call) {
      return status(command, program.fail(Failures.of(call, command.getCommandName(), "")));
    }
    err.println(heading(program.screen().err()) + failure);
    err.println("  this is a fault of the program" + (debug ? "" : "; --debug shows where"));
    return status(command, ExitStatus.FAILED.status());
  }

  /** A command may have one status of its own for all failures. */
  static int status(CommandLine command, int status) {
    int own = command.getCommandSpec().exitCodeOnExecutionException();
    return own == ExitCode.SOFTWARE ? status : own;
  }

  /** Where the Java machine itself could not go on. */
  static int report(Error failure, PrintWriter err, Style style) {
    if (isOfMemory(failure)) {
      err.println(heading(style) + "Java ran out of memory");
      err.println(
          "  allow more, as by JAVA_TOOL_OPTIONS=-Xmx2g, and clean up: orchestrate recover");
      return ExitStatus.NO_SPACE.status();
    }
    err.println(heading(style) + failure);
    err.println("  this is a fault of the program");
    return ExitStatus.FAILED.status();
  }

  static String heading(Style style) {
    return style.bad("orchestrate:") + " ";
  }

  /** A class that could not be set up for want of memory says so by its cause. */
  private static boolean isOfMemory(Throwable failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  static int report(OrchestrateException failure, PrintWriter err, Style style) {
    err.println(heading(style) + failure.getMessage());
    if (!failure.advice().isEmpty()) {
      err.println("  " + failure.advice());
    }
    for (Throwable besides : failure.getSuppressed()) {
      err.println("  besides: " + besides.getMessage());
    }
    return ExitStatus.of(failure).status();
  }
}
