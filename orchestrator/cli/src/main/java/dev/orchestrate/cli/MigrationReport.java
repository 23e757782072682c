package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.migration.Migration;
import dev.orchestrate.engine.migration.Round;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What {@code orchestrate migrate} tells, a line for each checkpoint that has arrived. */
final class MigrationReport implements Migration.Listener {
  private final OrchestrateCommand program;
  private final PrintWriter out;
  private final ProgressLine progress;
  private int rounds;
  private boolean ended;

  MigrationReport(OrchestrateCommand program, ProgressLine progress) {
    this.program = program;
    this.out = program.report();
    this.progress = progress;
  }

  @Override
  public void arrived(Round round) {
    progress.erase();
    Manifest manifest = round.manifest();
    ended = round.stopped().isPresent();
    rounds++;
    out.println(
        "%s: checkpoint %s, %s in %s%s, %s"
            .formatted(
                ended ? "final" : "round " + rounds,
                manifest.id(),
                Units.bytes(round.bytes()),
                seconds(round.micros()),
                round.parent().map(one -> ": what differs from " + one).orElse(": all of it"),
                round
                    .stopped()
                    .map(micros -> "stopped " + seconds(micros) + " before the end")
                    .orElse("frozen " + Units.millis(manifest.frozenMicros()))));
    out.flush();
  }

  private static String seconds(long micros) {
    return String.format(Locale.ROOT, "%.2f s", micros / 1e6);
  }

  @Override
  public void notice(String line) {
    progress.erase();
    program.say(line);
  }

  @Override
  public void printed(String line) {
    if (program.verbose()) {
      notice("there: " + RawPath.printable(line));
    }
  }

  /** The last has arrived. */
  void finished(Manifest manifest) {
    progress.erase();
    manifest.warnings().forEach(program::warn);
    program.made(manifest.id());
    out.println(
        ended
            ? "ended here: " + CheckpointReport.names(List.of(manifest))
            : "the processes go on here; to take them there, too: --final --parent "
                + manifest.id());
    out.println(
        "  restart   there, or here again: orchestrate restart " + manifest.id() + " -- COMMAND");
  }
}
