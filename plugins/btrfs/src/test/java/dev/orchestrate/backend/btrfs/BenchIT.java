package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.testkit.Deadline;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.RunningProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code orchestrate bench} measures, and that nothing is left of it. */
@Tag("once")
class BenchIT extends OnBtrfs {
  private static final String PROGRAM = "dev.orchestrate.cli.bench.HoldingProcess";

  private Orchestrate orchestrate;
  private List<String> before;
  private String cgroups;

  @BeforeEach
  void start() throws IOException {
    orchestrate = Orchestrate.ofThisModule();
    before = tree();
    cgroups = cgroups();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(processes()).isEmpty();
    assertThat(tree()).isEqualTo(before);
    assertThat(cgroups()).isEqualTo(cgroups);
    assertThat(orchestrate.run("list", "--json").expect(0).json()).isEmpty();
    assertThat(orchestrate.run("recover").expect(0).out()).isEqualTo("nothing to recover\n");
    orchestrate.close();
  }

  private List<String> tree() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  private static String cgroups() {
    return Program.run("find", "/sys/fs/cgroup", "-type", "d", "-name", "orchestrate-*");
  }

  private static List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(one -> one.info().commandLine().orElse("").contains(PROGRAM))
        .toList();
  }

  @Test
  void eachRunIsACheckpointOfAllThatItsProcessesHold() {
    JsonNode report =
        orchestrate.run("bench", "--json", "--runs=2", "--backend=btrfs", data).expect(0).json();

    assertThat(report.required("target").textValue()).isEqualTo(data.toString());
    assertThat(report.required("backend").textValue()).isEqualTo("btrfs");
    assertThat(report.required("runs")).hasSize(2);
    for (JsonNode run : report.required("runs")) {
      assertThat(run.required("descriptors").intValue()).isEqualTo(400);
      assertThat(run.required("relinked").intValue()).isEqualTo(220);
      assertThat(run.required("scanMicros").longValue()).isPositive();
      assertThat(run.required("frozenMicros").longValue())
          .isBetween(
              run.required("scanMicros").longValue(), run.required("wholeMicros").longValue());
      assertThat(run.required("gapMicros").longValue()).isPositive();
    }
  }

  @Test
  void aPersonGetsATable() {
    Outcome outcome = orchestrate.run("bench", "--runs=1", data).expect(0);

    assertThat(outcome.out())
        .startsWith("1 checkpoint of " + data + " by btrfs: 400 descriptors, 220 relinked\n")
        .containsPattern("frozen, as reported +[0-9.]+ +[0-9.]+ +[0-9.]+\n")
        .containsPattern("longest gap of a process +[0-9.]+");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void whatCannotBeMeasuredIsSaidBeforeAnythingIsMade() throws IOException {
    Path file = Files.writeString(btrfs.outside("elsewhere").resolve("file"), "");
    assertThat(orchestrate.run("bench", data.resolve("missing")).expect(3).err())
        .contains("no such path");
    assertThat(orchestrate.run("bench", "--backend=none", data).expect(3).err()).contains("none");
    assertThat(orchestrate.run("bench", "--backend=btrfs", file.getParent()).expect(4).err())
        .contains("btrfs");
    assertThat(orchestrate.run("bench", file).expect(4).err()).contains("not a directory");
    assertThat(orchestrate.run("bench", "--runs=0", data).expect(2).err()).contains("--runs");
    assertThat(orchestrate.run("bench").expect(2).err()).contains("PATH");
    assertThat(file.getParent()).isDirectoryContaining(one -> one.equals(file));
  }

  @Test
  void aSignalEndsItAndLeavesNothing() {
    try (RunningProgram bench = orchestrate.start("bench", "--runs=1000", data)) {
      Deadline.require("a checkpoint has begun", () -> Files.exists(data.resolve(".orchestrate")));

      bench.terminate();

      assertThat(bench.awaitExit()).isEqualTo(143);
    }
  }

  /** The folder stays until somebody removes it, but nothing that is in use. */
  @Test
  void whenItIsKilledItsProcessesEndAndTakeTheirFilesAlong() throws IOException {
    RunningProgram bench = orchestrate.start("bench", "--runs=1000", data);
    Deadline.require("a checkpoint has begun", () -> Files.exists(data.resolve(".orchestrate")));

    ProcessHandle.of(bench.pid()).orElseThrow().destroyForcibly();
    bench.awaitExit();

    Deadline.require("its processes end", () -> processes().isEmpty());
    orchestrate.run("recover").expect(0);
    Path folder = data.resolve(".orchestrate-bench." + bench.pid());
    assertThat(folder).isEmptyDirectory();
    Files.delete(folder);
  }
}
