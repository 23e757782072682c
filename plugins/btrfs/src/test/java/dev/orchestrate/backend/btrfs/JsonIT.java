package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What scripts are told by the commands that other tests read as people do. */
@Tag("once")
class JsonIT extends Situation {
  private Orchestrate other;
  private MountedFilesystem elsewhere;

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  private void makeAnotherPlace() {
    other = newOrchestrate();
    atEnd(other::close);
    elsewhere = kind().make(512 * MIB);
    atEnd(elsewhere::close);
  }

  private JsonNode json(Object... command) {
    return orchestrate().run(command).expect(0).json();
  }

  private JsonNode jsonElsewhere(Object... command) {
    return other.run(command).expect(0).json();
  }

  private static String text(JsonNode json, String field) {
    return json.required(field).textValue();
  }

  private static List<String> fields(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void aCheckpointThatTravelsIsToldOnBothSides() throws IOException {
    makeAnotherPlace();
    Subject subject = newSubject();
    replaceA(subject, 10);
    Checkpoint checkpoint = checkpoint("--tag=nightly", "--note=of the test");
    Path stream = filesystem().outside("streams").resolve("stream");
    Path folder = filesystem().outside("exported").resolve("folder");

    Outcome send = orchestrate().run("send", "--json", "-o", stream, checkpoint.id()).expect(0);
    JsonNode export = json("export", "--json", checkpoint.id(), folder);
    JsonNode received = jsonElsewhere("receive", "--json", "-i", stream, elsewhere.mountPoint());
    jsonElsewhere("delete", "--json", checkpoint.id());
    JsonNode imported = jsonElsewhere("import", "--json", folder, elsewhere.mountPoint());

    JsonNode sent = send.json();
    assertThat(send.err()).isEmpty();
    assertThat(fields(sent)).containsExactly("id", "target", "file", "bytes");
    assertThat(text(sent, "id")).isEqualTo(checkpoint.id());
    assertThat(text(sent, "target")).isEqualTo(filesystem().mountPoint().toString());
    assertThat(text(sent, "file")).isEqualTo(stream.toString());
    assertThat(sent.required("bytes").longValue()).isEqualTo(Files.size(stream));
    assertThat(text(export, "id")).isEqualTo(checkpoint.id());
    assertThat(text(export, "target")).isEqualTo(filesystem().mountPoint().toString());
    assertThat(text(export, "form")).isEqualTo("directory");
    assertThat(text(export, "folder")).isEqualTo(folder.toString());
    assertThat(Stream.of(received, imported))
        .allSatisfy(arrived -> isThere(arrived, checkpoint, subject));
  }

  /** All that {@code checkpoint --json} says of it, but for where it is. */
  private void isThere(JsonNode arrived, Checkpoint checkpoint, Subject subject) {
    assertThat(fields(arrived)).isEqualTo(fields(checkpoint.json()));
    assertThat(text(arrived, "id")).isEqualTo(checkpoint.id());
    assertThat(text(arrived, "target")).isEqualTo(elsewhere.mountPoint().toString());
    assertThat(text(arrived, "backend")).isEqualTo("btrfs");
    assertThat(arrived.required("relinks")).isEqualTo(checkpoint.json().required("relinks"));
    assertThat(new Checkpoint(arrived).processes()).containsExactly(subject.pid());
    assertThat(arrived.required("tags").get(0).textValue()).isEqualTo("nightly");
    assertThat(text(arrived, "note")).isEqualTo("of the test");
  }

  @Test
  void whatDiffersIsSentWithItsParent() {
    Checkpoint first = checkpoint();
    Checkpoint second = checkpoint();
    Path stream = filesystem().outside("streams").resolve("stream");

    JsonNode sent = json("send", "--json", "--parent", first.id(), "-o", stream, second.id());

    assertThat(text(sent, "id")).isEqualTo(second.id());
    assertThat(text(sent, "parent")).isEqualTo(first.id());
  }

  @Test
  void aMigrationTellsOfEachRoundAndWhoWasEnded() throws IOException {
    makeAnotherPlace();
    Process service = newService();

    JsonNode report = migrate(service, "receive").expect(0).json();

    rememberStored();
    JsonNode first = report.required("rounds").get(0);
    JsonNode last = report.required("rounds").get(1);
    assertThat(report.required("rounds")).hasSize(2);
    assertThat(text(report, "id")).isEqualTo(text(last, "id"));
    assertThat(orchestrate().listed()).containsExactly(text(report, "id"));
    assertThat(text(report, "target")).isEqualTo(filesystem().mountPoint().toString());
    assertThat(report.required("ended")).hasSize(1);
    assertThat(report.required("ended").get(0).longValue()).isEqualTo(service.pid());
    assertThat(report.required("warnings").isArray()).isTrue();
    assertThat(fields(first)).containsExactly("id", "bytes", "micros", "frozenMicros");
    assertThat(fields(last)).containsExactly("id", "parent", "bytes", "micros", "stoppedMicros");
    assertThat(text(last, "parent")).isEqualTo(text(first, "id"));
    assertThat(Stream.of(first, last))
        .allSatisfy(round -> assertThat(round.required("bytes").longValue()).isPositive())
        .allSatisfy(round -> assertThat(round.required("micros").longValue()).isPositive());
  }

  /** Its JSON could be the manifest's, as a command prints it that only echoes its input. */
  @Test
  void aMigrationIsNotToldByJsonThatSomethingHasArrived() throws IOException {
    makeAnotherPlace();
    Process service = newService();

    Outcome outcome = migrate(service, "receive", "--json").expect(1);

    assertThat(outcome.err()).contains("without --json");
    assertThat(outcome.out()).isEmpty();
    assertThat(service.isAlive()).isTrue();
    assertThat(orchestrate().listed()).isEmpty();
  }

  private Process newService() throws IOException {
    Process service =
        new ProcessBuilder("sleep", "600").directory(filesystem().mountPoint().toFile()).start();
    atEnd(service::destroyForcibly);
    return service;
  }

  private Outcome migrate(Process service, String... receive) {
    Stream<Object> command =
        Stream.of("migrate", "--json", "--final", "--rounds=1", "--pid=" + service.pid());
    List<String> receiver = other.words((Object[]) receive);
    Stream<Object> words =
        Stream.of(
                command,
                Stream.of(filesystem().mountPoint(), "--"),
                receiver.stream(),
                Stream.of(elsewhere.mountPoint()))
            .flatMap(some -> some);
    return orchestrate().run(words.toArray());
  }

  @Test
  void aViewIsToldWhenItIsMountedAndWhenItIsGone() {
    Checkpoint checkpoint = checkpoint();
    Path view = filesystem().outside("view");

    JsonNode mounted = json("mount", "--json", checkpoint.id(), view);
    JsonNode gone = json("umount", "--json", view);

    assertThat(fields(mounted)).containsExactly("id", "path", "view");
    assertThat(text(mounted, "id")).isEqualTo(checkpoint.id());
    assertThat(text(mounted, "path")).isEqualTo(view.toString());
    assertThat(text(mounted, "view")).matches("[0-9a-f]{12}");
    assertThat(gone).isEqualTo(mounted);
  }

  @Test
  void tagsAndPlansAreTold() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    Checkpoint checkpoint = checkpoint("--tag=old");

    JsonNode tagged =
        json("tag", "--json", "--remove=old", "--note=for good", checkpoint.id(), "new");
    JsonNode plan = json("restart", "--dry-run", "--json", checkpoint.id(), "--", "true");
    Outcome missing =
        orchestrate()
            .run("restart", "--dry-run", "--json", checkpoint.id(), "--", "/no/program")
            .expect(3);

    assertThat(tagged).hasSize(1);
    assertThat(text(tagged.get(0), "id")).isEqualTo(checkpoint.id());
    assertThat(tagged.get(0).required("tags")).hasSize(1);
    assertThat(tagged.get(0).required("tags").get(0).textValue()).isEqualTo("new");
    assertThat(text(tagged.get(0), "note")).isEqualTo("for good");
    assertThat(text(plan, "id")).isEqualTo(checkpoint.id());
    assertThat(text(plan, "place")).isEqualTo(filesystem().mountPoint().toString());
    assertThat(plan.findValuesAsText("problem")).isEmpty();
    assertThat(item(plan, "fd 10").required("path").textValue()).isEqualTo(at("a").toString());
    assertThat(text(item(plan, "fd 10"), "opened"))
        .isEqualTo(checkpoint.relink().relinked().text());
    assertThat(text(item(plan, "fd 10"), "program")).isEqualTo("true");
    assertThat(text(item(missing.json(), "executable"), "problem")).contains("missing");
    assertThat(missing.err()).contains("/no/program");
  }

  private static JsonNode item(JsonNode plan, String holds) {
    for (JsonNode item : plan.required("items")) {
      if (text(item, "holds").equals(holds)) {
        return item;
      }
    }
    throw new AssertionError(holds + " is not in " + plan);
  }

  @Test
  void whatWasDeletedIsToldEvenIfTheNextIsInUse() {
    String first = checkpoint().id();
    String second = checkpoint().id();
    Path view = filesystem().outside("view");
    orchestrate().run("mount", second, view).expect(0);

    Outcome used = orchestrate().run("delete", "--json", first, second).expect(7);
    orchestrate().run("umount", view).expect(0);
    List<Outcome> forgotten = new ArrayList<>();
    filesystem()
        .whileUnmounted(
            () -> forgotten.add(orchestrate().run("delete", "--json", "--force", second)));

    rememberStored();
    assertThat(used.json()).hasSize(1);
    assertThat(fields(used.json().get(0))).containsExactly("id", "state");
    assertThat(text(used.json().get(0), "id")).isEqualTo(first);
    assertThat(text(used.json().get(0), "state")).isEqualTo("deleted");
    assertThat(used.err()).contains(second);
    JsonNode last = forgotten.get(0).expect(0).json().get(0);
    assertThat(text(last, "id")).isEqualTo(second);
    assertThat(text(last, "state")).isEqualTo("forgotten");
    assertThat(text(last, "reason")).contains("is not mounted");
  }

  @Test
  void aPluginIsToldWhenItGoesAndWhenItComes() {
    JsonNode listed = json("plugins", "list", "--json").get(0);
    Path copy = filesystem().outside("copies").resolve("copy.jar");
    Program.run("cp", text(listed, "file"), copy);

    JsonNode removed = json("plugins", "remove", "--json", "btrfs");
    JsonNode installed = json("plugins", "install", "--json", copy);

    assertThat(removed).isEqualTo(listed);
    assertThat(text(removed, "id")).isEqualTo("btrfs");
    assertThat(installed).isEqualTo(json("plugins", "list", "--json").get(0));
    assertThat(installed.required("backends").get(0).textValue()).isEqualTo("btrfs");
    assertThat(Path.of(text(installed, "file"))).isRegularFile();
  }
}
