package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.verify.Verification;
import dev.orchestrate.engine.verify.Verification.Difference;
import dev.orchestrate.engine.verify.Verifier;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SnapshotBackend;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate verify}. */
@Command(
    name = "verify",
    description = {
      "Tells whether a checkpoint is still what it was.",
      "",
      "Reads all that is stored and compares it with checksums, those of the manifest, and those of "
          + "the files that checkpoint --checksum or verify --record has recorded. Lists what "
          + "differs, and ends with status 8 if anything does."
    })
final class VerifyCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Option(
      names = "--record",
      description = "Record checksums of the files, for later, instead of comparing.")
  private boolean record;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives. */
  record Report(
      String id,
      String state,
      long entries,
      long bytes,
      String checksum,
      List<Difference> differences) {}

  @Override
  public Integer call() {
    Manifest manifest = program.catalog().find(id).manifest();
    SnapshotBackend backend = program.backends().byName(manifest.backend());
    try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr())) {
      Verifier verifier = new Verifier(program.catalog(), Shutdown.cancellation(), progress);
      if (record) {
        recorded(manifest, verifier.record(manifest, backend));
      } else {
        verify(manifest, backend, verifier, progress);
      }
    }
    return ExitStatus.OK.status();
  }

  private void recorded(Manifest manifest, Verification made) {
    if (json) {
      print(manifest, "recorded", made, List.of());
    } else {
      PrintWriter out = spec.commandLine().getOut();
      out.println("checkpoint " + manifest.id() + ": recorded checksums of " + amount(made));
      out.println("  checksum  " + made.checksum());
    }
  }

  private void verify(
      Manifest manifest, SnapshotBackend backend, Verifier verifier, ProgressLine progress) {
    PrintWriter out = spec.commandLine().getOut();
    List<Difference> differences = new ArrayList<>();
    Verification result =
        verifier.verify(
            manifest,
            backend,
            difference -> {
              if (json) {
                differences.add(difference);
              } else {
                progress.erase();
                out.println(difference.path() + ": " + String.join(", ", difference.what()));
              }
            });
    progress.erase();
    if (json) {
      print(manifest, result.differences() == 0 ? "intact" : "damaged", result, differences);
    } else if (result.differences() == 0) {
      out.println("checkpoint " + manifest.id() + ": is as recorded, " + amount(result));
      out.println("  checksum  " + result.checksum());
    }
    if (result.differences() > 0) {
      throw new DamagedException(
          "checkpoint " + manifest.id() + ": is not as recorded, in " + names(result),
          "unless you edited it, don't rely on it: what it is stored on, or somebody, changed it");
    }
  }

  private static String names(Verification result) {
    return result.differences() == 1 ? "one name" : result.differences() + " names";
  }

  static String amount(Verification what) {
    return Units.count(what.entries(), "entry", "entries") + ", " + Units.bytes(what.bytes());
  }

  private void print(
      Manifest manifest, String state, Verification result, List<Difference> differences) {
    Report report =
        new Report(
            manifest.id(), state, result.entries(), result.bytes(), result.checksum(), differences);
    Json.print(spec.commandLine().getOut(), report);
  }
}
