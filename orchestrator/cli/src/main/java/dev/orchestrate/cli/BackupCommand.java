package dev.orchestrate.cli;

import dev.orchestrate.engine.backup.Backup;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.restart.RestartRequest;
import dev.orchestrate.engine.restart.Restarter;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.TimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate backup}. */
@Command(
    name = "backup",
    exitCodeOnExecutionException = BackupCommand.FAILED,
    exitCodeOnInvalidInput = BackupCommand.FAILED,
    description = {
      "Takes a checkpoint, has a command read it, and removes it.",
      "",
      "The command finds a view of the checkpoint in place of PATH; nobody else sees it. {} in its "
          + "words is replaced by the path to read: PATH, absolute and without symbolic links. "
          + "Files that only an open descriptor reached are in it below lost+found/checkpoint/ID, "
          + "with manifest.json, which says what they were. The id is in ORCHESTRATE_CHECKPOINT.",
      "",
      "Several PATHs in front of -- are of one moment, as with orchestrate checkpoint: the command "
          + "finds a view in place of each, and a word with {} is there once for each.",
      "",
      "The exit status is the command's; 127 if there is no such command, 126 if it can't be "
          + "executed, 125 if no checkpoint could be taken, not all of it could be removed, or a hook "
          + "failed after the thaw. "
          + "Standard output is the command's alone."
    })
final class BackupCommand implements Callable<Integer>, AboutPaths {
  /** As env(1) and timeout(1) have it: no other status is used by so few commands. */
  static final int FAILED = 125;

  private static final int BY_SIGNAL = 128;

  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;
  @Mixin private CheckpointOptions options;

  @Parameters(index = "0", paramLabel = "PATH", description = "What to back up.")
  private RawPath path;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "Further paths in front of --; the command and its arguments behind it.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--at",
      paramLabel = "DIR",
      description = "Show the view there, which {} stands for then. Default: at PATH.")
  private Optional<RawPath> at = Optional.empty();

  @Option(names = "--keep", description = "Keep the checkpoint, however the command ends.")
  private boolean keep;

  @Override
  public Integer call() {
    Cancellation cancellation = new Cancellation();
    SignalForwarding signals = SignalForwarding.installCancelling(cancellation);
    Catalog catalog = program.catalog();
    List<RawPath> paths = paths();
    if (paths.size() > 1 && at.isPresent()) {
      throw new ParameterException(spec.commandLine(), "--at goes with one PATH");
    }
    List<String> command = List.copyOf(words.subList(paths.size() - 1, words.size()));
    if (options.namesForeignPaths() && at.isEmpty() && !namesPlace(command)) {
      throw new ParameterException(
          spec.commandLine(),
          "with --mount-namespace, put {} into the command, or give --at DIR: the view is seen"
              + " where this host has the tree, not at PATH");
    }
    List<Plan> plans = options.plan(paths, program);
    Restarter restarter = new Restarter(catalog, program::say, signals::to);
    RestartRequest request =
        new RestartRequest(at, false, Optional.empty(), new RestartRequest.Reader(command));
    try (ProgressLine progress = program.progress()) {
      Consumer<List<Manifest>> made =
          manifests -> {
            progress.erase();
            made(manifests);
          };
      int status =
          new Backup(catalog, cancellation, progress, restarter, made).run(plans, request, keep);
      return status == 0 && CheckpointOptions.hooksFailed(plans) ? FAILED : status;
    } catch (TimeoutException e) {
      OptionalInt signal = signals.askedToEnd();
      if (signal.isEmpty()) {
        throw e;
      }
      program.fail(e);
      return BY_SIGNAL + signal.getAsInt();
    }
  }

  private static boolean namesPlace(List<String> command) {
    return command.stream().anyMatch(word -> word.contains(RestartRequest.Reader.PLACE));
  }

  @Override
  public List<RawPath> paths() {
    List<RawPath> paths = new ArrayList<>(List.of(path));
    words.subList(0, furtherPaths()).forEach(word -> paths.add(RawPath.of(word)));
    return paths;
  }

  /** How many of the words are in front of {@code --}; without that, all are the command's. */
  private int furtherPaths() {
    List<String> typed = spec.commandLine().getParseResult().originalArgs();
    int behind = typed.contains("--") ? typed.size() - 1 - typed.indexOf("--") : words.size();
    if (behind == 0) {
      throw new ParameterException(spec.commandLine(), "give a command behind --");
    }
    return Math.max(0, words.size() - behind);
  }

  private void made(List<Manifest> manifests) {
    manifests.stream()
        .flatMap(manifest -> manifest.warnings().stream())
        .distinct()
        .forEach(program::warn);
    manifests.forEach(this::say);
  }

  private void say(Manifest manifest) {
    String what =
        "checkpoint %s of %s by %s, %s, with %s"
            .formatted(
                manifest.id(),
                manifest.target().path(),
                manifest.backend(),
                manifest.processes().isEmpty()
                    ? "nobody frozen"
                    : "frozen " + Units.millis(manifest.frozenMicros()),
                Units.count(manifest.relinks().size(), "unlinked file", "unlinked files"));
    String ofSet = manifest.set().map(set -> what + ", of set " + set.id()).orElse(what);
    if (keep) {
      program.say(ofSet + "; it stays until: orchestrate delete " + manifest.id());
    } else {
      program.remark(ofSet);
    }
  }
}
