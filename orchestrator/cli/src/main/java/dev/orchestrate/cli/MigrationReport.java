package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.migration.Migration;
import dev.orchestrate.engine.migration.Round;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code orchestrate migrate} tells: a line for each checkpoint that has arrived, or JSON
 * about all of them.
 */
final class MigrationReport implements Migration.Listener {
  private final OrchestrateCommand program;
  private final PrintWriter out;
  private final ProgressLine progress;
  private final Optional<PrintWriter> json;
  private final List<Sent> rounds = new ArrayList<>();
  private boolean ended;

  /**
   * @param json where that goes; empty if people read this
   */
  MigrationReport(OrchestrateCommand program, ProgressLine progress, Optional<PrintWriter> json) {
    this.program = program;
    this.out = program.report();
    this.progress = progress;
    this.json = json;
  }

  /**
   * What {@code --json} gives.
   *
   * @param id of the last, which is kept here, too
   * @param ended the processes that were; none if they go on
   */
  record Report(
      String id, RawPath target, List<Sent> rounds, List<Integer> ended, List<String> warnings) {}

  /**
   * One that has arrived.
   *
   * @param parent from which it was sent what differs
   * @param micros from the end of its snapshot until it had arrived
   * @param frozenMicros of the processes that went on then
   * @param stoppedMicros of those that were ended
   */
  record Sent(
      String id,
      Optional<String> parent,
      long bytes,
      long micros,
      Optional<Long> frozenMicros,
      Optional<Long> stoppedMicros) {

    static Sent of(Round round) {
      Manifest manifest = round.manifest();
      return new Sent(
          manifest.id(),
          round.parent(),
          round.bytes(),
          round.micros(),
          round.stopped().isPresent() ? Optional.empty() : Optional.of(manifest.frozenMicros()),
          round.stopped());
    }
  }

  @Override
  public void arrived(Round round) {
    progress.erase();
    ended = round.stopped().isPresent();
    rounds.add(Sent.of(round));
    if (json.isEmpty()) {
      print(round);
    }
  }

  private void print(Round round) {
    Manifest manifest = round.manifest();
    out.println(
        "%s: checkpoint %s, %s in %s%s, %s"
            .formatted(
                ended ? "final" : "round " + rounds.size(),
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
    if (json.isPresent()) {
      Json.print(json.get(), report(manifest));
      return;
    }
    manifest.warnings().forEach(program::warn);
    program.made(manifest.id());
    out.println(
        ended
            ? "ended here: " + ProcessNames.recorded(List.of(manifest))
            : "the processes go on here; to take them there, too: --final --parent "
                + manifest.id());
    out.println(
        "  restart   there, or here again: orchestrate restart " + manifest.id() + " -- COMMAND");
  }

  private Report report(Manifest manifest) {
    List<Integer> processes = manifest.processes().stream().map(ProcessRecord::pid).toList();
    return new Report(
        manifest.id(),
        manifest.target().path(),
        rounds,
        ended ? processes : List.of(),
        manifest.warnings());
  }
}
