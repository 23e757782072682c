package dev.orchestrate.cli;

import com.samskivert.mustache.Mustache;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Timeline;
import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.linux.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A checkpoint as one page of HTML that needs nothing else. It runs no script and takes no style
 * but its own, which it names by checksum (Content Security Policy), whatever names files have.
 */
final class ReportPage {
  private static final int MOST_INDENT = 20;

  /** A browser shows so many rows without delay. */
  private static final int MOST_ROWS = 20_000;

  private static final String STYLE = resource("report.css");
  private static final String SCRIPT = resource("report.js");

  private ReportPage() {}

  /**
   * What the template is filled with; {@code report.html} has the words around it.
   *
   * @param omitted how many rows of {@code holdings} are left out
   */
  private record Page(
      String style,
      String styleHash,
      String script,
      String scriptHash,
      Manifest manifest,
      String target,
      String created,
      String frozen,
      int processCount,
      int relinkCount,
      String relinkedBytes,
      String tags,
      String note,
      List<String> warnings,
      List<Lane> lanes,
      List<StepRow> steps,
      List<ProcessRow> processes,
      List<RelinkRow> relinks,
      List<HoldingRow> holdings,
      int omitted) {}

  /** Steps to scale, from left to right. */
  private record Lane(String caption, String duration, List<Bar> bars) {
    static Lane of(String caption, List<Timeline.Step> steps) {
      long start = steps.get(0).startMicros();
      Timeline.Step last = steps.get(steps.size() - 1);
      long duration = Math.max(1, last.startMicros() + last.micros() - start);
      return new Lane(
          caption,
          Units.millis(duration),
          steps.stream().map(step -> Bar.of(step, start, duration)).toList());
    }
  }

  /**
   * One step of a lane.
   *
   * @param label empty where there is no room for it
   * @param x in percent of the lane
   * @param width in percent of the lane
   * @param kind class of its colour
   */
  private record Bar(String label, String title, String x, String width, String kind) {
    /** In percent, for each letter. */
    private static final double ROOM = 0.9;

    static Bar of(Timeline.Step step, long start, long duration) {
      boolean fits = 100.0 * step.micros() / duration > ROOM * step.name().length();
      return new Bar(
          fits ? step.name() : "",
          step.name() + ": " + Units.millis(step.micros()),
          percent(step.startMicros() - start, duration),
          percent(step.micros(), duration),
          step.frozen() ? "frozen" : "running");
    }
  }

  private record StepRow(String name, String start, String took, boolean frozen) {}

  private record ProcessRow(
      String branch, String process, String command, int user, long held, long deleted) {}

  private record RelinkRow(
      String original, String relinked, String strategy, String size, int links, String share) {}

  private record HoldingRow(
      String holder, String by, String offset, String name, boolean deleted, String relinked) {}

  static String of(Manifest manifest, Timeline timeline, Label label) {
    List<Holding> holdings = Holding.in(manifest);
    Map<Integer, List<Holding>> byProcess =
        holdings.stream().collect(Collectors.groupingBy(Holding::pid));
    long bytes = manifest.relinks().stream().mapToLong(Relink::size).sum();
    return Mustache.compiler()
        .defaultValue("")
        .emptyStringIsFalse(true)
        .zeroIsFalse(true)
        .compile(resource("report.html"))
        .execute(
            new Page(
                STYLE,
                hash(STYLE),
                SCRIPT,
                hash(SCRIPT),
                manifest,
                manifest.target().path().toString(),
                Units.time(manifest.created()),
                Units.millis(manifest.frozenMicros()),
                manifest.processes().size(),
                manifest.relinks().size(),
                Units.bytes(bytes),
                String.join(", ", label.tags()),
                RawPath.printable(label.note()),
                manifest.warnings(),
                lanes(timeline.steps()),
                timeline.steps().stream().map(ReportPage::row).toList(),
                ProcessTree.of(manifest.processes()).stream()
                    .map(one -> row(one, byProcess.getOrDefault(one.process().pid(), List.of())))
                    .toList(),
                relinks(manifest.relinks()),
                holdings.stream().limit(MOST_ROWS).map(ReportPage::row).toList(),
                Math.max(0, holdings.size() - MOST_ROWS)));
  }

  /** All steps, and those again in which processes stood still; nothing if they are not known. */
  private static List<Lane> lanes(List<Timeline.Step> steps) {
    List<Timeline.Step> frozen = steps.stream().filter(Timeline.Step::frozen).toList();
    return frozen.isEmpty()
        ? List.of()
        : List.of(Lane.of("All steps", steps), Lane.of("While processes stood still", frozen));
  }

  private static StepRow row(Timeline.Step step) {
    return new StepRow(
        step.name(), Units.millis(step.startMicros()), Units.millis(step.micros()), step.frozen());
  }

  private static ProcessRow row(ProcessTree.Branch branch, List<Holding> own) {
    ProcessRecord process = branch.process();
    return new ProcessRow(
        branch.depth() == 0
            ? ""
            : "\u00a0\u00a0".repeat(Math.min(MOST_INDENT, branch.depth()) - 1) + "└ ",
        process.pid() + " " + RawPath.printable(process.name()),
        process.command().stream().map(RawPath::toString).collect(Collectors.joining(" ")),
        process.user(),
        own.size(),
        own.stream().filter(Holding::deleted).count());
  }

  /** The largest first, with a bar for its size. */
  private static List<RelinkRow> relinks(List<Relink> relinks) {
    long largest = relinks.stream().mapToLong(Relink::size).max().orElse(0);
    return relinks.stream()
        .sorted(Comparator.comparing(Relink::size).reversed())
        .limit(MOST_ROWS)
        .map(
            relink ->
                new RelinkRow(
                    relink.original().isEmpty() ? "(name unknown)" : relink.original().toString(),
                    relink.relinked().toString(),
                    relink.strategy().toString(),
                    Units.bytes(relink.size()),
                    relink.links(),
                    percent(relink.size(), Math.max(1, largest))))
        .toList();
  }

  private static HoldingRow row(Holding holding) {
    return new HoldingRow(
        holding.holder(),
        holding.by(),
        holding.offset().map(String::valueOf).orElse(""),
        holding.name(),
        holding.deleted(),
        holding.relinked().map(RawPath::toString).orElse(""));
  }

  private static String percent(long part, long whole) {
    return String.format(Locale.ROOT, "%.3f", 100.0 * part / whole);
  }

  private static String hash(String text) {
    return Base64.getEncoder()
        .encodeToString(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the program lacks " + name, e);
    }
  }
}
