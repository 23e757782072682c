package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.SystemFailureException;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Subject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What changes between the first pass and the second is in the copy, and in no earlier one. */
@Tag("once")
class SecondPassIT extends OnCopies {
  private static final String PATTERN = "what only the file that becomes unreadable has";

  private static final CopiedFilesystem BTRFS =
      new CopiedFilesystem(
          "rsync-btrfs", bytes -> MountedFilesystem.onLoop(bytes, "", "mkfs.btrfs", "--quiet"));

  private void use(String kind) throws IOException {
    switch (kind) {
      case "xfs" -> use(CopiedFilesystem.XFS);
      case "tmpfs" -> use(CopiedFilesystem.TMPFS);
      default -> use(CopiedFilesystem.EXT4);
    }
  }

  private void take(SnapshotReference reference) {
    new RsyncBackend().take(reference);
    seal(reference);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "tmpfs"})
  void aFileThatHasTheSameSizeAndTimeIsComparedNevertheless(String kind) throws IOException {
    use(kind);
    Path file = data.resolve("file");
    FileTime time = Files.getLastModifiedTime(file);
    SnapshotReference reference = prepare(ONE);

    Files.writeString(file, "AFTER!");
    Files.setLastModifiedTime(file, time);
    take(reference);

    assertThat(stored(ONE).resolve("file")).hasContent("AFTER!");
    assertThat(differences(ONE)).isEmpty();
  }

  /** The second write meets a page that is dirty already, unless it was written back between. */
  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "tmpfs"})
  void whatIsWrittenThroughAMappingThatWasDirtyBeforeIsCopied(String kind) throws IOException {
    use(kind);
    try (Subject subject = Subject.start()) {
      subject.tell("open", 10, data.resolve("mapped"), "rw,creat");
      subject.tell("truncate", 10, 8192);
      subject.tell("mmap", 10, 8192, "rw", "shared", 0);
      for (String id : new String[] {ONE, TWO}) {
        subject.tell("mwrite", 0, 4096, "dirty");
        SnapshotReference reference = prepare(id);
        subject.tell("mwrite", 0, 4096, "late " + id);
        take(reference);
        // a page that is dirty, and stays so, when the next checkpoint begins
        subject.tell("mwrite", 0, 4096, "after");
      }
    }
    for (String id : new String[] {ONE, TWO}) {
      assertThat(Files.readString(stored(id).resolve("mapped")).strip()).contains("late " + id);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "tmpfs"})
  void newAttributesAreNotThoseOfTheEarlierCopy(String kind) throws IOException {
    use(kind);
    Files.createSymbolicLink(data.resolve("link"), Path.of("file"));
    Program.run("mkfifo", data.resolve("fifo"));
    checkpoint(ONE);
    String before = archive(stored(ONE));
    SnapshotReference reference = prepare(TWO);
    assertThat(stat(stored(TWO).resolveSibling(kind.equals("tmpfs") ? "first/file" : "tree/file")))
        .extracting("inode")
        .isEqualTo(stat(stored(ONE).resolve("file")).inode());

    Program.run("chmod", "600", data.resolve("file"), data.resolve("fifo"));
    Program.run("chown", "--no-dereference", "1234:5678", data.resolve("link"));
    Program.run("touch", "--no-dereference", "--date=2001-02-03", data.resolve("link"));
    Program.run("setfattr", "-n", "user.note", "-v", "new", data.resolve("file"));
    take(reference);

    assertThat(archive(stored(ONE))).isEqualTo(before);
    assertThat(differences(TWO)).isEmpty();
  }

  @Test
  void directoriesThatChangePlacesBringTheirFiles() throws IOException {
    for (String name : new String[] {"one", "other"}) {
      Files.createDirectories(data.resolve(name).resolve("deep"));
      Files.writeString(data.resolve(name).resolve("deep/file"), name.substring(0, 3));
      Program.run("touch", "--date=2001-02-03", data.resolve(name).resolve("deep/file"));
    }
    checkpoint(TWO);
    SnapshotReference reference = prepare(ONE);

    Files.move(data.resolve("one"), data.resolve("aside"));
    Files.move(data.resolve("other"), data.resolve("one"));
    Files.move(data.resolve("aside"), data.resolve("other"));
    take(reference);

    assertThat(stored(ONE).resolve("one/deep/file")).hasContent("oth");
    assertThat(stored(ONE).resolve("other/deep/file")).hasContent("one");
    assertThat(stored(TWO).resolve("one/deep/file")).hasContent("one");
  }

  @Test
  void directoriesThatChangedPlacesSinceTheEarlierCopyAreNotMistaken() throws IOException {
    for (String name : new String[] {"one", "other"}) {
      Files.createDirectories(data.resolve(name));
      Files.writeString(data.resolve(name).resolve("file"), name.substring(0, 3));
      Program.run("touch", "--date=2001-02-03", data.resolve(name).resolve("file"));
    }
    checkpoint(ONE);
    Files.move(data.resolve("one"), data.resolve("aside"));
    Files.move(data.resolve("other"), data.resolve("one"));
    Files.move(data.resolve("aside"), data.resolve("other"));

    checkpoint(TWO);

    assertThat(differences(TWO)).isEmpty();
    assertThat(stored(TWO).resolve("one/file")).hasContent("oth");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void filesThatChangePlacesWithoutADateAreFound(String kind) throws IOException {
    use(kind);
    for (String name : new String[] {"p", "q"}) {
      Files.writeString(data.resolve(name), name);
      Program.run("touch", "--date=2001-02-03", data.resolve(name));
    }
    SnapshotReference reference = prepare(ONE);

    try (Directory top = Directory.open(RawPath.of(data.toString()))) {
      top.exchange(RawPath.of("p"), top, RawPath.of("q"));
    }
    take(reference);

    assertThat(stored(ONE).resolve("p")).hasContent("q");
    assertThat(differences(ONE)).isEmpty();
  }

  @Test
  void aNameThatBecomesAnotherKindOfFileIsReplaced() throws IOException {
    Files.createDirectories(data.resolve("folder/in"));
    Files.createSymbolicLink(data.resolve("link"), Path.of("/etc"));
    Files.writeString(data.resolve("plain"), "plain");
    SnapshotReference reference = prepare(ONE);

    Program.run("rm", "-r", data.resolve("folder"), data.resolve("link"), data.resolve("plain"));
    Files.writeString(data.resolve("folder"), "now a file");
    Files.createDirectories(data.resolve("link"));
    Files.writeString(data.resolve("link/hostname"), "mine");
    Files.createSymbolicLink(data.resolve("plain"), Path.of("folder"));
    take(reference);

    assertThat(differences(ONE)).isEmpty();
    assertThat(stored(ONE).resolve("link/hostname")).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 21, 37, 39, 234, 255})
  void whateverIsDoneTheCopyIsTheTree(long seed) throws IOException {
    RandomDeeds deeds = new RandomDeeds(data, new Random(seed));
    theCopyIsTheTreeWhatever(deeds);
  }

  @Test
  void filesThatVanishWhileTheTreeLivesAreNoFailure() throws Exception {
    Files.createDirectories(data.resolve("busy"));
    Process busy =
        new ProcessBuilder(
                "sh",
                "-c",
                "while :; do for i in 1 2 3 4 5 6 7 8 9; do echo $i > $1/$i; rm $1/$i; done; done",
                "sh",
                data.resolve("busy").toString())
            .start();
    SnapshotReference reference;
    try {
      reference = prepare(ONE);
    } finally {
      busy.destroyForcibly().waitFor();
    }
    take(reference);

    assertThat(differences(ONE)).isEmpty();
  }

  /** It bears no new date: nothing would look at it again. */
  @Test
  void aFileThatCannotBeReadFailsTheCheckpoint() throws IOException {
    use(BTRFS);
    copies = filesystem.outside("copies"); // or the file would be cloned, unread
    byte[] contents = new byte[64 << 10];
    new Random(1).nextBytes(contents);
    System.arraycopy(PATTERN.getBytes(StandardCharsets.UTF_8), 0, contents, 0, PATTERN.length());
    Path file = data.resolve("unreadable");
    Files.write(file, contents);
    Program.run("sync", "--file-system", file);
    String device = filesystem.storage().source();
    String found =
        Program.run("grep", "--text", "--only-matching", "--byte-offset", PATTERN, device);
    Program.run(
        "dd",
        "if=/dev/zero",
        "of=" + device,
        "bs=4096",
        "count=1",
        "oflag=seek_bytes,direct",
        "seek=" + found.split(":", 2)[0],
        "conv=notrunc");
    filesystem.whileUnmounted(() -> {});
    assertThatThrownBy(() -> Files.readAllBytes(file)).hasMessageContaining("Input/output error");

    assertThatThrownBy(() -> prepare(ONE))
        .isInstanceOf(SystemFailureException.class)
        .hasMessageContaining("unreadable")
        .hasMessageContaining("Input/output error");
  }

  @Test
  void namesOfAnyBytesAreCopiedFromAPathOfAnyBytes() throws IOException {
    RawPath strange = RawPath.of(new byte[] {'b', (byte) 0xff, '\n', '*', '[', '\\'});
    try (Directory top = Directory.open(RawPath.of(data.toString()))) {
      top.makeDirectory(strange, 0755);
      try (Directory folder = top.openDirectory(strange)) {
        folder.makeDirectory(strange, 0755);
        try (var file = folder.create(RawPath.of("a"))) {
          file.writeAll("a".getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    RawPath path = RawPath.of(data.toString()).resolve(strange);
    SnapshotReference reference =
        prepare(
            new SnapshotRequest(
                target(path), ONE, manifest(ONE).parent(), Set.of(), settings(copies)));
    try (Directory folder = Directory.open(path.resolve(strange));
        var file = folder.create(strange)) {
      file.writeAll("late".getBytes(StandardCharsets.UTF_8));
    }
    take(reference);

    try (Directory tree = Directory.open(RawPath.of(stored(ONE).toString()))) {
      assertThat(tree.find(strange.resolve(strange))).isPresent();
      assertThat(tree.find(RawPath.of("a"))).isPresent();
    }
  }

  @Test
  void whatIsWrittenThroughAByteChannelAtTheLastMomentIsCopied() throws IOException {
    SnapshotReference reference = prepare(ONE);
    try (FileChannel channel = FileChannel.open(data.resolve("file"), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'B'}));
    }
    take(reference);
    assertThat(stored(ONE).resolve("file")).hasContent("Before");
  }
}
