package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What {@code orchestrate doctor} finds on a machine where tests run, and when something is wrong.
 */
@Tag("once")
class DoctorIT extends OnBtrfs {
  private Orchestrate orchestrate;

  @BeforeEach
  void start() {
    orchestrate = Orchestrate.ofThisModule();
  }

  @AfterEach
  void end() {
    orchestrate.close();
  }

  private List<JsonNode> findings(int status) {
    JsonNode json = orchestrate.run("doctor", "--json").expect(status).json();
    return StreamSupport.stream(json.spliterator(), false).toList();
  }

  private static List<String> problems(List<JsonNode> findings) {
    return findings.stream()
        .filter(finding -> finding.required("level").textValue().equals("problem"))
        .map(finding -> finding.required("subject") + " " + finding.required("mend"))
        .toList();
  }

  private List<Path> stateFolder() throws IOException {
    try (Stream<Path> files = Files.walk(orchestrate.state())) {
      return files.sorted().toList();
    }
  }

  @Test
  void nothingIsWrongAndNothingIsChanged() throws IOException {
    Program.run("rmdir", orchestrate.state());

    Outcome outcome = orchestrate.run("doctor").expect(0);

    assertThat(outcome.out().lines()).allMatch(line -> line.matches("(ok|warning)  +[^:]+: .+"));
    assertThat(outcome.out())
        .contains("openat2", "backend btrfs", "moving: ", "made with the first checkpoint");
    assertThat(outcome.err()).isEmpty();
    assertThat(problems(findings(0))).isEmpty();
    assertThat(orchestrate.state()).doesNotExist();
  }

  @Test
  void anInterruptedCheckpointIsAProblemUntilItIsRecovered() throws IOException {
    Path steps = btrfs.outside("steps").resolve("list");
    orchestrate.runBroken("count:" + steps, "checkpoint", "--backend=btrfs", data).expect(0);
    int count = Files.readAllLines(steps).size();
    orchestrate.runBroken("kill:" + count / 2, "checkpoint", "--backend=btrfs", data);
    List<Path> before = stateFolder();

    assertThat(problems(findings(7))).hasSize(1).first().asString().contains("orchestrate recover");

    assertThat(stateFolder()).isEqualTo(before);
    orchestrate.run("recover").expect(0);
    assertThat(problems(findings(0))).isEmpty();
  }

  @Test
  void aStateFolderThatOthersCanWriteToIsAProblem() {
    Program.run("chmod", "777", orchestrate.state());

    assertThat(problems(findings(5))).hasSize(1).first().asString().contains("chmod go-w");
  }

  @Test
  void aPluginThatCanNotBeUsedIsAProblem() throws IOException {
    Path plugins = btrfs.outside("plugins");
    Files.writeString(plugins.resolve("cut-off.jar"), "PK");
    Program.run("chmod", "644", plugins.resolve("cut-off.jar"));

    Outcome outcome = orchestrate.run("--plugins-dir=" + plugins, "doctor").expect(4);

    assertThat(outcome.out())
        .contains(
            "problem  plugin cut-off.jar",
            "to mend: if it is for another version, get the one for this; or remove it");
    Program.run("rm", plugins.resolve("cut-off.jar"));
    assertThat(orchestrate.run("--plugins-dir=" + plugins, "doctor").expect(3).out())
        .contains("problem  plugins: there are none");
  }
}
