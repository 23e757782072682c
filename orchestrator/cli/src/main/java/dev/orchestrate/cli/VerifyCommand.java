package dev.orchestrate.cli;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
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

  @Parameters(
      paramLabel = "ID",
      description = "The id of a checkpoint or of a set, or the beginning of it.")
  private String id;

  @Option(
      names = "--record",
      description = "Record checksums of the files, for later, instead of comparing.")
  private boolean record;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /** What {@code --json} gives: a list of these for a set. */
  record Report(
      String id,
      String state,
      long entries,
      long bytes,
      String checksum,
      List<Difference> differences) {}

  @Override
  public Integer call() {
    List<Manifest> manifests =
        program.catalog().findAll(id).stream().map(StoredCheckpoint::manifest).toList();
    Backends backends = program.backends();
    List<Report> reports = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    try (ProgressLine progress = program.progress()) {
      Verifier verifier = new Verifier(program.catalog(), Shutdown.cancellation(), progress);
      for (Manifest manifest : manifests) {
        SnapshotBackend backend = backends.byName(manifest.backend());
        if (record) {
          reports.add(recorded(manifest, verifier.record(manifest, backend)));
        } else {
          reports.add(verify(manifest, backend, verifier, progress, damaged));
        }
      }
    }
    if (json) {
      Json.print(spec.commandLine().getOut(), reports.size() == 1 ? reports.get(0) : reports);
    }
    if (!damaged.isEmpty()) {
      throw new DamagedException(
          String.join("; ", damaged),
          "unless you edited it, don't rely on it: what it is stored on, or somebody, changed it");
    }
    return ExitStatus.OK.status();
  }

  private Report recorded(Manifest manifest, Verification made) {
    if (!json) {
      tell(manifest, "recorded checksums of ", made);
    }
    return report(manifest, "recorded", made, List.of());
  }

  private void tell(Manifest manifest, String what, Verification of) {
    PrintWriter out = program.report();
    out.println("checkpoint " + manifest.id() + ": " + what + amount(of));
    out.println("  checksum  " + of.checksum());
  }

  private Report verify(
      Manifest manifest,
      SnapshotBackend backend,
      Verifier verifier,
      ProgressLine progress,
      List<String> damaged) {
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
    if (result.differences() > 0) {
      damaged.add("checkpoint " + manifest.id() + ": is not as recorded, in " + names(result));
    } else if (!json) {
      tell(manifest, "is as recorded, ", result);
    }
    String state = result.differences() == 0 ? "intact" : "damaged";
    return report(manifest, state, result, differences);
  }

  private static String names(Verification result) {
    return result.differences() == 1 ? "one name" : result.differences() + " names";
  }

  static String amount(Verification what) {
    return Units.count(what.entries(), "entry", "entries") + ", " + Units.bytes(what.bytes());
  }

  private static Report report(
      Manifest manifest, String state, Verification result, List<Difference> differences) {
    return new Report(
        manifest.id(), state, result.entries(), result.bytes(), result.checksum(), differences);
  }
}
