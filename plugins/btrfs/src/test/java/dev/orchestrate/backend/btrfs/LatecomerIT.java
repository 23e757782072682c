package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.RunningProgram;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that hold nothing yet when a checkpoint begins. */
@Tag("once")
class LatecomerIT extends Situation {

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  /** It is the last that is done before the freeze is prepared, and takes long on a busy disk. */
  @Test
  void whoOpensAFileWhileDataIsWrittenBackIsFrozenToo() throws IOException {
    Subject early = newSubject();
    openOrphan(early, 5, "early", "early");
    deleted(checkpoint().id()); // the first makes folders, which takes steps
    Subject idle = newSubject();
    int step = lastWriteBack();

    Subject born;
    try (RunningProgram program = orchestrate().startBroken("stop:" + step, command())) {
      assertThat(program.isStoppedOrEnds()).isTrue();
      openOrphan(idle, 6, "idle", "idle");
      born = newSubject();
      openOrphan(born, 7, "born", "born");
      program.resume();
      assertThat(program.awaitExit()).as(program.toString()).isZero();
    }

    rememberStored();
    JsonNode manifest = onlyManifest();
    assertThat(manifest.required("processes").findValuesAsText("pid"))
        .containsExactlyInAnyOrder(pid(early), pid(idle), pid(born));
    assertThat(manifest.required("relinks").findValuesAsText("original"))
        .containsExactlyInAnyOrder("early", "idle", "born");
  }

  private Object[] command() {
    return checkpointCommand(filesystem().mountPoint());
  }

  /** The number of the step; what it was of another checkpoint, which is removed. */
  private int lastWriteBack() throws IOException {
    Path file = filesystem().outside("steps").resolve("counted");
    String id =
        orchestrate()
            .runBroken("count:" + file, command())
            .expect(0)
            .json()
            .required("id")
            .textValue();
    List<String> steps = Files.readAllLines(file);
    deleted(id);
    return steps.subList(0, steps.indexOf("guard")).lastIndexOf("syncfs") + 1;
  }

  private void deleted(String id) {
    orchestrate().run("delete", id).expect(0);
    rememberStored();
  }

  private JsonNode onlyManifest() {
    List<String> listed = orchestrate().listed();
    assertThat(listed).hasSize(1);
    return orchestrate().run("show", listed.get(0), "--json").expect(0).json();
  }

  private static String pid(Subject subject) {
    return Long.toString(subject.pid());
  }
}
