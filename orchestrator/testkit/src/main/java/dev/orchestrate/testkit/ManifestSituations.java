package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests that were edited, cut short, or written by somebody who means harm. */
@Tag("once")
public abstract class ManifestSituations extends Situation {

  private Checkpoint checkpointOfThreeFiles() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    subject.tell("open", 12, at("named"), "rw,creat");
    subject.tell("write", 12, "named");
    subject.tell("creat", at("other"), "other");
    Checkpoint checkpoint = checkpoint();
    subject.close();
    return checkpoint;
  }

  private EditedManifest manifestOf(Checkpoint checkpoint) {
    return new EditedManifest(orchestrate().manifest(checkpoint.id()));
  }

  @Test
  void theOthersRestartWhenADescriptorWasDropped() {
    Checkpoint checkpoint = checkpointOfThreeFiles();
    manifestOf(checkpoint).edit(manifest -> EditedManifest.dropDescriptor(manifest, 11));

    Subject restarted = restart(checkpoint);

    assertThat(content(restarted, 10)).isEqualTo("old");
    assertThat(content(restarted, 12)).isEqualTo("named");
    assertThat(restarted.attempt("tell", 11).error()).isEqualTo("EBADF");
  }

  @Test
  void theFileOfAnEditedPathIsOpenedInstead() {
    Checkpoint checkpoint = checkpointOfThreeFiles();
    manifestOf(checkpoint)
        .edit(
            manifest -> {
              ObjectNode named = EditedManifest.description(manifest, "named");
              named.put("path", named.get("path").textValue().replace("named", "other"));
            });

    Subject restarted = restart(checkpoint);

    assertThat(content(restarted, 12)).isEqualTo("other");
    assertThat(restarted.tell("readlink", 12).text()).isEqualTo(at("other").toString());
  }

  @Test
  void aRestartSucceedsAfterOneThatFailedAndAnEditThatHelps() {
    Checkpoint checkpoint = checkpointOfThreeFiles();
    EditedManifest manifest = manifestOf(checkpoint);
    String good = manifest.text();
    manifest.edit(
        edited -> {
          ObjectNode named = EditedManifest.description(edited, "named");
          named.put("path", named.get("path").textValue().replace("named", "missing"));
        });
    refused(3, "restart", checkpoint.id(), "--", "true");
    manifest.write(good);

    assertThat(content(restart(checkpoint), 11)).isEqualTo("orphan");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "null", "[]", "{}", "{\"version\": 1}", "not JSON"})
  void aDamagedManifestIsRefused(String text) {
    Checkpoint checkpoint = checkpointOfThreeFiles();
    manifestOf(checkpoint).write(text);

    refused(8, "restart", checkpoint.id(), "--", "true");
    refused(8, "show", checkpoint.id());
    orchestrate().run("list").expect(0);
    noneIsComplete();
  }

  private void noneIsComplete() {
    assertThat(orchestrate().run("list", "--json").expect(0).json().toString())
        .doesNotContain("\"complete\"");
  }

  @Test
  void aTruncatedManifestIsRefused() {
    Checkpoint checkpoint = checkpointOfThreeFiles();
    EditedManifest manifest = manifestOf(checkpoint);
    manifest.write(manifest.text().substring(0, manifest.text().length() / 2));

    refused(8, "restart", checkpoint.id(), "--", "true");
    noneIsComplete();
  }

  @Test
  void aManifestOfANewerVersionIsRefused() {
    Checkpoint checkpoint = checkpointOfThreeFiles();
    manifestOf(checkpoint).edit(manifest -> manifest.put("version", 2));

    Outcome outcome = refused(8, "restart", checkpoint.id(), "--", "true");

    assertThat(outcome.err()).containsIgnoringCase("version");
  }

  /** Each is tried on one checkpoint, in turn, and none may do anything. */
  @Test
  void hostileManifestsAreRefused() {
    Checkpoint checkpoint = checkpointOfThreeFiles();
    EditedManifest manifest = manifestOf(checkpoint);
    String good = manifest.text();
    hostile()
        .forEach(
            change -> {
              manifest.write(good);
              manifest.edit(change);
              refused(8, "restart", checkpoint.id(), "--", "true");
            });
    manifest.write(good);
    assertThat(content(restart(checkpoint), 11)).isEqualTo("orphan");
  }

  private static Stream<Consumer<ObjectNode>> hostile() {
    return Stream.of(
        m -> relink(m).put("relinked", "../../../../etc/passwd"),
        m -> relink(m).put("relinked", "/etc/passwd"),
        m -> relink(m).put("relinked", "lost+found/../../etc/passwd"),
        m -> relink(m).put("original", "../outside"),
        m -> description(m).put("relinked", "../../../../etc/passwd"),
        m -> description(m).put("path", "../../../../etc/passwd"),
        m -> description(m).put("offset", -1),
        m -> descriptor(m).put("number", -1),
        m -> descriptor(m).put("number", 1L << 40),
        m -> descriptor(m).put("number", Integer.MAX_VALUE),
        m -> descriptor(m).put("description", 1_000_000),
        m -> ((ArrayNode) description(m).required("flags")).add("O_NONSENSE"),
        m -> m.put("id", "../../../etc"),
        m -> m.put("processes", "none"));
  }

  private static ObjectNode relink(ObjectNode manifest) {
    return (ObjectNode) manifest.at("/relinks/0");
  }

  private static ObjectNode description(ObjectNode manifest) {
    return EditedManifest.description(manifest, "named");
  }

  private static ObjectNode descriptor(ObjectNode manifest) {
    return (ObjectNode) manifest.at("/processes/0/descriptors/0");
  }

  @Test
  void aLinkThatLeadsOutOfTheViewIsNotFollowed() {
    Checkpoint checkpoint = checkpointWithLink();
    manifestOf(checkpoint)
        .edit(
            manifest -> {
              ObjectNode named = EditedManifest.description(manifest, "named");
              named.put("path", named.get("path").textValue().replace("named", "link"));
            });

    Outcome outcome =
        orchestrate().run("restart", checkpoint.id(), "--", "cat", "/proc/self/fd/12");

    assertThat(outcome.status()).as(outcome.toString()).isNotZero();
    assertThat(outcome.out()).doesNotContain("root:");
  }

  private Checkpoint checkpointWithLink() {
    Program.run("ln", "-s", "/etc/passwd", at("link"));
    return checkpointOfThreeFiles();
  }

  @Test
  void theManifestIsInTheSnapshotToo() {
    Checkpoint checkpoint = checkpointOfThreeFiles();
    String path = "lost+found/checkpoint/" + checkpoint.id() + "/manifest.json";

    orchestrate().run("mount", checkpoint.id(), filesystem().outside("view")).expect(0);
    String stored = Program.read(filesystem().outside("view").resolve(path));
    orchestrate().run("umount", filesystem().outside("view")).expect(0);

    assertThat(Outcome.parse(stored)).isEqualTo(manifest(checkpoint));
  }
}
