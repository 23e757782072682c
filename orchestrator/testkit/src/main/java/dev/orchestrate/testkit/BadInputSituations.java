package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can't be done is refused in a line or two, with the exit status for its kind. */
@Tag("once")
public abstract class BadInputSituations extends Situation {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "checkpoint",
        "restart",
        "show",
        "nonsense --json",
        "checkpoint --nonsense /no/such/path",
        "checkpoint --pid x /no/such/path",
        "checkpoint --pid -1 /no/such/path",
        "checkpoint --max-frozen never /no/such/path",
        "checkpoint --max-frozen -1 /no/such/path",
        "checkpoint --relink-template same-for-all /no/such/path",
        "checkpoint --relink-template {id} /no/such/path",
        "checkpoint --relink-template ../{id}/{inode} /no/such/path",
        "checkpoint --relink-template /tmp/{id}/{inode} /no/such/path",
        "checkpoint --relink-template {id}/{nonsense} /no/such/path",
        "checkpoint --relink-template {id}/all /no/such/path",
        "restart 000000000000",
        "restart 000000000000 --"
      })
  void aCommandThatMakesNoSenseIsRefused(String command) {
    Object[] words = command.isEmpty() ? new Object[0] : command.split(" ", -1);

    Outcome outcome = orchestrate().run(words).expect(2);

    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).isNotEmpty().doesNotContain("Exception");
  }

  @Test
  void thePathDoesNotExist() {
    Outcome outcome = refused(3, checkpointCommand(at("missing")));

    assertThat(outcome.err()).contains(at("missing").toString());
  }

  @Test
  void thePathIsAFile() {
    Program.run("cp", SubjectProgram.path(), at("file"));

    Outcome outcome = refused(4, checkpointCommand(at("file")));

    assertThat(outcome.err()).contains(at("file").toString());
  }

  @Test
  void thereIsNoSuchBackend() {
    Outcome outcome = refused(3, "checkpoint", "--backend=nonsense", filesystem().mountPoint());

    assertThat(outcome.err()).contains("nonsense", kind().backend());
  }

  @Test
  void theProcessIsGone() {
    Subject gone = Subject.start();
    long pid = gone.pid();
    gone.close();

    Outcome outcome = refusedCheckpoint(3, "--pid", pid);

    assertThat(outcome.err()).contains(Long.toString(pid));
  }

  @Test
  void theCgroupDoesNotExist() {
    refusedCheckpoint(3, "--cgroup", "/sys/fs/cgroup/no-such-cgroup");
  }

  @Test
  void theProcessIsNotYours() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    Orchestrate nobody = Orchestrate.ofThisModuleAsNobody();
    atEnd(nobody::close);

    Outcome outcome =
        refused(nobody, 5, checkpointCommand(filesystem().mountPoint(), "--pid", subject.pid()));

    assertThat(outcome.err()).containsPattern("CAP_[A-Z_]+|root");
  }

  @Test
  void theFilesystemIsNotYours() {
    Orchestrate nobody = Orchestrate.ofThisModuleAsNobody();
    atEnd(nobody::close);

    Outcome outcome = refused(nobody, 5, checkpointCommand(filesystem().mountPoint()));

    assertThat(outcome.err()).containsPattern("CAP_[A-Z_]+|root");
  }

  @ParameterizedTest
  @ValueSource(strings = {"show", "files", "delete", "restart", "mount"})
  void theIdIsUnknown(String command) {
    for (String id : new String[] {"000000000000", "zzz", "..", "a/b", ""}) {
      Outcome outcome =
          switch (command) {
            case "restart" -> refused(3, command, id, "--", "true");
            case "mount" -> refused(3, command, id, filesystem().outside("view"));
            default -> refused(3, command, id);
          };
      assertThat(outcome.err()).contains(id);
    }
  }

  @Test
  void theIdIsAmbiguous() {
    Checkpoint checkpoint = checkpoint();
    String start = checkpoint.id().substring(0, 11);
    String other = start + (checkpoint.id().endsWith("0") ? "1" : "0");
    Program.run(
        "cp",
        "-r",
        orchestrate().manifest(checkpoint.id()).getParent(),
        orchestrate().manifest(other).getParent());
    new EditedManifest(orchestrate().manifest(other))
        .edit((ObjectNode manifest) -> manifest.put("id", other));

    Outcome outcome = refused(3, "show", start);

    assertThat(outcome.err()).containsIgnoringCase("ambiguous");
    orchestrate().run("show", checkpoint.id()).expect(0);
  }

  @Test
  void theCheckpointIsHalfWritten() throws Exception {
    Checkpoint checkpoint = checkpoint();
    Files.delete(orchestrate().manifest(checkpoint.id()));

    refused(8, "restart", checkpoint.id(), "--", "true");
    assertThat(orchestrate().run("list", "--json").expect(0).json().findValuesAsText("state"))
        .doesNotContain("complete");
  }

  @Test
  void theProcessWasNotRecorded() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    Checkpoint checkpoint = checkpoint();

    refused(3, "restart", "--process", subject.pid() + 1, checkpoint.id(), "--", "true");
  }

  @Test
  void thePlaceForTheViewDoesNotExist() {
    Checkpoint checkpoint = checkpoint();

    refused(3, "mount", checkpoint.id(), filesystem().mountPoint().resolveSibling("missing"));
    refused(
        3,
        "restart",
        "--at",
        filesystem().mountPoint().resolveSibling("missing"),
        checkpoint.id(),
        "--",
        "true");
  }

  @Test
  void whatIsUnmountedIsNoView() {
    Path second = filesystem().mountAgain("second", "");

    refused(3, "umount", second);
    refused(3, "umount", filesystem().outside("empty"));

    assertThat(filesystem().mounts()).contains(second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"777", "775", "1777"})
  void othersCanWriteToThePluginsFolder(String mode) {
    Path folder = filesystem().outside("plugins");
    Program.run("chgrp", "nogroup", folder);
    Program.run("chmod", mode, folder);

    Outcome outcome = refused(5, "--plugins-dir", folder, "checkpoint", filesystem().mountPoint());

    assertThat(outcome.err()).contains(folder.toString(), "chmod go-w");
  }

  @Test
  void othersCouldReplaceThePluginsFolder() {
    Path above = filesystem().outside("above");
    Path folder = filesystem().outside("above/plugins");
    Program.run("chmod", "777", above);

    refused(5, "--plugins-dir", folder, "backends");
    Program.run("chmod", "1777", above);
    orchestrate().run("--plugins-dir", folder, "backends").expect(0);
    Program.run("chown", "nobody", above);
    refused(5, "--plugins-dir", folder, "backends");
  }

  @Test
  void aPluginBelongsToSomebodyElse() {
    Path folder = filesystem().outside("plugins");
    Program.run("touch", folder.resolve("a.jar"));
    Program.run("chown", "nobody", folder.resolve("a.jar"));

    refused(5, "--plugins-dir", folder, "backends");
  }
}
