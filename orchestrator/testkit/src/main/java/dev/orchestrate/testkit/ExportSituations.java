package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that are exported to a folder, read there by other tools, and imported. */
@Tag("once")
public abstract class ExportSituations extends TransferredSituation {
  private static final String IMAGE = ":image";

  private Path export(Checkpoint checkpoint, String form) {
    Path folder = filesystem().outside("exports").resolve(form);
    orchestrate().run("export", "--form=" + form, checkpoint.id(), folder).expect(0);
    return folder;
  }

  private Outcome importFrom(Path folder) {
    return other()
        .run("import", "--backend=" + kindElsewhere().backend(), folder, elsewhere().mountPoint());
  }

  private Outcome refusedImport(int status, Path folder) {
    Outcome outcome = refusedElsewhere(importFrom(folder).expect(status));
    assertThat(outcome.err()).contains(folder.toString());
    return outcome;
  }

  private void assertRestarts(Checkpoint checkpoint) {
    Subject restarted = restartElsewhere(checkpoint);
    restarted.tell("write", 10, " and more");
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    restarted.tell("open", 20, elsewhere().path("b"), "r");
    assertThat(content(restarted, 20)).isEqualTo("old and more");
    showsAsDeleted(restarted, 10, elsewhere().path("a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"directory", "oci"})
  void theWriteReachesBAfterAnImport(String form) {
    Checkpoint checkpoint = checkpointOfAllKinds();
    orchestrate().run("tag", checkpoint.id(), "moved").expect(0);

    Path folder = export(checkpoint, form);
    String before = content(folder);
    assertThat(importFrom(folder).expect(0).out())
        .startsWith("imported checkpoint " + checkpoint.id() + " of " + elsewhere().mountPoint());

    assertThat(other().run("list").expect(0).out()).contains("moved");
    assertRestarts(checkpoint);
    assertThat(content(folder)).as("what was imported").isEqualTo(before);
    assertThat(Program.run("stat", "--format=%a", folder)).isEqualTo("700\n");
  }

  /** All that is in it, with checksums. */
  private static String content(Path folder) {
    return Program.run(
        "bash",
        "-c",
        "cd \"$0\" && find . -printf '%P %m %T@ %s\\n' -type f -exec md5sum {} +",
        folder);
  }

  @Test
  void aFolderIsReadByAnyTool() {
    Checkpoint checkpoint = checkpointOfAllKinds();
    Path folder = export(checkpoint, "directory");

    assertThat(Program.read(folder.resolve("tree/b"))).isEqualTo("old");
    assertThat(Program.read(folder.resolve("manifest.json")))
        .isEqualTo(orchestrate().run("show", "--json", checkpoint.id()).expect(0).out());
    assertThat(Program.run("grep", "-rl", "orphan", folder.resolve("tree/lost+found")).lines())
        .hasSize(2); // with the manifest, which names it
  }

  /** Another program unpacks it as a container's root. */
  @Test
  void anImageIsUnpackedByUmoci() {
    Checkpoint checkpoint = checkpointOfAllKinds();
    Path folder = export(checkpoint, "oci");
    Path bundle = filesystem().outside("exports").resolve("bundle");

    Program.run("umoci", "unpack", "--image", folder + ":" + checkpoint.id(), bundle);

    assertThat(Program.read(bundle.resolve("rootfs/b"))).isEqualTo("old");
    assertThat(Program.read(bundle.resolve("rootfs/a"))).isEqualTo("new");
  }

  /** As it comes back from a registry: compressed, and described anew. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void anImageThatSkopeoCopiedIsImported(String compression) {
    Checkpoint checkpoint = checkpointOfAllKinds();
    Path copy = copied(export(checkpoint, "oci"), checkpoint, compression);
    assertThat(Program.run("grep", "-rl", "tar+" + compression, copy)).isNotEmpty();

    importFrom(copy).expect(0);

    assertRestarts(checkpoint);
  }

  private Path copied(Path folder, Checkpoint checkpoint, String compression) {
    Path copy = filesystem().outside("exports").resolve(compression);
    Program.run(
        "skopeo",
        "copy",
        "--quiet",
        "--insecure-policy",
        "--dest-compress",
        "--dest-compress-format",
        compression,
        "oci:" + folder + ":" + checkpoint.id(),
        "oci:" + copy + IMAGE);
    return copy;
  }

  @Test
  void whatIsThereIsNotWrittenTo() throws IOException {
    Checkpoint checkpoint = checkpoint();
    Path folder = Files.createDirectory(filesystem().outside("exports").resolve("there"));

    assertThat(refused(7, "export", checkpoint.id(), folder).err()).contains("is there already");

    assertThat(folder).isEmptyDirectory();
    refused(3, "export", checkpoint.id(), folder.resolve("missing/folder"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"directory", "oci"})
  void withoutRoomNothingIsLeft(String form) {
    Program.run("bash", "-c", "head -c 80M /dev/urandom > \"$0\"", at("large"));
    Checkpoint checkpoint = checkpoint();
    Path small = filesystem().tmpfs(filesystem().outside("small"));

    refused(6, "export", "--form=" + form, checkpoint.id(), small.resolve("export"));

    assertThat(small).isEmptyDirectory();
  }

  @Test
  void whatIsNoExportIsRefused() throws IOException {
    Path empty = Files.createDirectories(filesystem().outside("exports").resolve("empty"));
    assertThat(refusedImport(8, empty).err()).contains("lacks label.json");
    refusedImport(3, empty.resolve("missing"));
    Files.writeString(empty.resolve("oci-layout"), "{}");
    assertThat(refusedImport(8, empty).err()).contains("lacks index.json");
    Files.writeString(empty.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[]}");
    assertThat(refusedImport(8, empty).err()).contains("has 0 images");
  }

  /** Whoever made the folder may have put links into it. */
  @Test
  void aFolderWithLinksToElsewhereIsRefused() throws IOException {
    Path folder = export(checkpointOfAllKinds(), "directory");
    for (String name : List.of("tree", "manifest.json", "label.json")) {
      Path part = folder.resolve(name);
      Path aside = folder.resolveSibling("aside");
      Files.move(part, aside);
      Files.createSymbolicLink(part, aside);
      assertThat(refusedImport(8, folder).err()).contains("lacks " + name);
      Files.delete(part);
      Files.move(aside, part);
    }
    importFrom(folder).expect(0);
  }

  @Test
  void aManifestThatLeadsOutOrNamesWhatIsNotThereIsRefused() throws IOException {
    Path folder = export(checkpointOfAllKinds(), "directory");
    Path file = folder.resolve("manifest.json");
    String good = Program.read(file);

    Files.writeString(file, good.replaceFirst("\"relinked\" : \"", "\"relinked\" : \"../"));
    refusedImport(8, folder);

    Files.writeString(file, good);
    Program.run(
        "find", folder.resolve("tree/lost+found"), "-name", "[0-9]*", "-type", "f", "-delete");
    assertThat(importFrom(folder).expect(8).err()).contains("lacks");
    assertNothingElsewhere("without what its manifest names");
  }

  @Test
  void aPartOfAnImageThatIsNotWhatItsDigestSaysIsRefused() throws IOException {
    Path folder = export(checkpointOfAllKinds(), "oci");
    try (Stream<Path> blobs = Files.list(folder.resolve("blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        byte[] good = Files.readAllBytes(blob);
        byte[] bad = good.clone();
        bad[good.length - 2] ^= 1;
        Files.write(blob, bad);
        refusedImport(8, folder);
        Files.write(blob, good);
      }
    }
    Path index = folder.resolve("index.json");
    String good = Program.read(index);
    Files.writeString(index, good.replaceFirst("sha256:[0-9a-f]{10}", "sha256:../../../.."));
    refusedImport(8, folder);
    Files.writeString(index, good);
    importFrom(folder).expect(0);
  }
}
