package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.TestFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is configured holds as if it had been typed. */
@Tag("once")
class ConfigurationIT extends Situation {

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  private Path configure(String text) throws IOException {
    Path folder = Files.createDirectories(orchestrate().configuration());
    Path file = Files.writeString(folder.resolve("config.toml"), text);
    Program.run("chmod", "go-w", folder, file);
    return file;
  }

  private String general() {
    return "tag = 'general'\nkeep-last = 5\n[\"" + filesystem().mountPoint() + "\"]\n";
  }

  @Test
  void aCheckpointAndAPruneDoWhatIsConfigured() throws IOException {
    Path snapshots = Files.createDirectory(at("snapshots"));
    Path file =
        configure(general() + "tag = 'nightly'\nkeep-last = 1\nsnapshot-dir = '" + snapshots + "'");
    Path target = filesystem().mountPoint();

    Outcome first = orchestrate().run(checkpointCommand(target)).expect(0);
    JsonNode second = orchestrate().run(checkpointCommand(target, "--tag=typed")).expect(0).json();

    assertThat(first.json().required("tags").get(0).textValue()).isEqualTo("nightly");
    assertThat(second.required("tags")).hasSize(1).first().asString().contains("typed");
    assertThat(inventory().toString()).contains(" snapshots/");
    assertThat(orchestrate().run("prune", "--dry-run").expect(2).err())
        .contains(file + ":2: keep-last", file + ":5");
    orchestrate().run("prune", target).expect(0);
    assertThat(orchestrate().listed()).containsExactly(second.required("id").textValue());
    rememberStored();
  }

  @Test
  void itIsShownWithWhereItIsFrom() throws IOException {
    Path file = configure(general() + "note = 'of this path'\n");

    assertThat(orchestrate().run("config", filesystem().mountPoint()).expect(0).out())
        .contains("note", "of this path", file + ":4, for ", "general", file + ":1");
    assertThat(orchestrate().run("config").expect(0).out()).doesNotContain("of this path");
    assertThat(orchestrate().run("--no-config", "config").expect(0).out())
        .isEqualTo("nothing is configured\n");
    assertThat(orchestrate().run("--config=" + file + "x", "config").expect(3).err())
        .contains("there is no such file");
  }

  @Test
  void othersCanWriteToIt() throws IOException {
    Path file = configure(general() + "before-freeze = ['touch', '" + at("touched") + "']\n");
    Program.run("chmod", "666", file);

    assertThat(refusedCheckpoint(5).err()).contains(file.toString());
    assertThat(refusedCheckpoint(5, "--config=" + file).err()).contains(file.toString());

    assertThat(at("touched")).doesNotExist();
  }
}
