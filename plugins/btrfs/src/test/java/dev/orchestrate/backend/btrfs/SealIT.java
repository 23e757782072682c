package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Sealing.Revival;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SealIT extends OnBtrfs {
  @Test
  void aSealedSnapshotIsReadOnlyAndHoldsTheManifest() throws IOException {
    SnapshotReference reference = checkpoint();
    Path stored = stored(0);
    Files.writeString(data.resolve("file"), "after");

    assertThat(stored.resolve("file")).hasContent("before");
    assertThat(Files.readAllBytes(stored.resolve(MANIFEST.text()))).isEqualTo(MANIFEST_BYTES);
    assertThat(LoopBtrfs.isReadOnly(stored)).isTrue();
    assertThat(Program.run("stat", "--format=%a", stored.getParent()).strip()).isEqualTo("700");
    assertThat(reference.attributes()).containsEntry("target", data.toString());
  }

  @Test
  void nestedSubvolumesAreSnapshottedToo() throws IOException {
    makeNested();
    checkpoint();

    assertThat(stored(1).resolve("one")).hasContent("1");
    assertThat(stored(2).resolve("two")).hasContent("2");
    for (int i = 0; i < 3; i++) {
      assertThat(LoopBtrfs.isReadOnly(stored(i))).isTrue();
    }
  }

  @Test
  void aReadOnlyNestedSubvolumeIsSnapshottedAfterTheThaw() throws IOException {
    Path frozen = LoopBtrfs.subvolume(btrfs.path("data/archive"));
    Files.writeString(frozen.resolve("old"), "old");
    LoopBtrfs.setReadOnly(frozen);
    BtrfsBackend backend = new BtrfsBackend();
    SnapshotReference reference = prepare(backend, OnBtrfs.DEFAULTS);

    backend.take(reference);
    assertThat(stored(1)).doesNotExist();
    backend.seal(reference, sealing());
    assertThat(stored(1).resolve("old")).hasContent("old");
  }

  @Test
  void anotherInstanceCanTakeWhatOnePrepared() {
    BtrfsBackend first = new BtrfsBackend();
    SnapshotReference reference = prepare(first, OnBtrfs.DEFAULTS);
    new BtrfsBackend().take(reference);
    new BtrfsBackend().seal(reference, sealing());
    assertThat(stored(0).resolve("file")).hasContent("before");
    first.delete(reference);
  }

  @Test
  void sealingTwiceIsSealingOnce() {
    SnapshotReference reference = checkpoint();
    new BtrfsBackend().seal(reference, sealing());
    assertThat(stored(0).resolve(MANIFEST.text())).hasBinaryContent(MANIFEST_BYTES);
  }

  @Test
  void sealingAgainCompletesAnInterruptedSeal() throws IOException {
    Path file = immutableFile();
    long inode = inode(file);
    SnapshotReference reference = prepareAndTake();
    // as a kill -9 in the middle of the revivals leaves it
    Program.run("btrfs", "subvolume", "snapshot", stored(0), stored(0) + ".sealing");
    Program.run("chattr", "-i", stored(0) + ".sealing/precious");

    new BtrfsBackend().seal(reference, sealing(new Revival(RawPath.EMPTY, inode, relink("a"))));

    assertThat(Program.run("lsattr", "-d", stored(0).resolve("precious"))).startsWith("----i");
    assertThat(inode(stored(0).resolve(relink("a").text()))).isEqualTo(inode);
    assertThat(Path.of(stored(0) + ".sealing")).doesNotExist();
  }

  @Test
  void aReadOnlySnapshotWithoutManifestGetsIt() {
    SnapshotReference reference = prepareAndTake();
    LoopBtrfs.setReadOnly(stored(0));
    new BtrfsBackend().seal(reference, sealing());
    assertThat(stored(0).resolve(MANIFEST.text())).hasBinaryContent(MANIFEST_BYTES);
  }

  @Test
  void anImmutableInodeGetsANameInTheSnapshotOnly() throws IOException {
    Path file = immutableFile();
    long inode = inode(file);
    SnapshotReference reference = prepareAndTake();

    new BtrfsBackend().seal(reference, sealing(new Revival(RawPath.EMPTY, inode, relink("a"))));

    Path revived = stored(0).resolve(relink("a").text());
    assertThat(inode(revived)).isEqualTo(inode);
    assertThat(revived).hasContent("precious");
    assertThat(Program.run("lsattr", "-d", revived)).startsWith("----i");
    assertThat(data.resolve(relink("a").text())).doesNotExist();
    assertThat(Program.run("lsattr", "-d", file)).startsWith("----i");
  }

  @Test
  void anInodeOfANestedSubvolumeIsRevivedThere() throws IOException {
    makeNested();
    RawPath volume = RawPath.of("n1");
    long inode = inode(data.resolve("n1/one"));
    SnapshotReference reference = prepareAndTake();

    RawPath relinked = volume.resolve(relink("a"));
    new BtrfsBackend().seal(reference, sealing(new Revival(volume, inode, relinked)));

    assertThat(stored(1).resolve(relink("a").text())).hasContent("1");
    assertThat(LoopBtrfs.isReadOnly(stored(1))).isTrue();
  }

  @Test
  void anInodeThatIsNotInTheSnapshotIsReported() {
    SnapshotReference reference = prepareAndTake();
    Sealing sealing = sealing(new Revival(RawPath.EMPTY, 99999, relink("a")));
    assertThatThrownBy(() -> new BtrfsBackend().seal(reference, sealing))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("99999");
  }
}
