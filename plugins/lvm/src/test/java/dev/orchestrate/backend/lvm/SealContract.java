package dev.orchestrate.backend.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealContract extends OnLvm {
  private static final String E2FSCK_CLEAN = "(?s).*Pass 5(?!.*WARNING).*";

  @Test
  void aSealedSnapshotIsReadOnlyInactiveAndHoldsTheManifest() throws IOException {
    SnapshotReference reference = checkpoint();
    Files.writeString(data.resolve("file"), "after");

    assertThat(stored()).containsExactly("orchestrate_" + ID + " read-only orchestrate");
    assertThat(Path.of(DeviceMapper.device(TestGroup.NAME, "orchestrate_" + ID).text()))
        .doesNotExist();
    Path view = mount(reference, VIEW);
    assertThat(view.resolve("file")).hasContent("before");
    assertThat(view.resolve(MANIFEST.text())).hasBinaryContent(MANIFEST_BYTES);
    assertThat(Program.run("stat", "--format=%a", view.resolve(MANIFEST.parent().text())).strip())
        .isEqualTo("700");
  }

  @Test
  void anotherInstanceCanTakeWhatOnePreparedAndSealingTwiceIsSealingOnce() {
    SnapshotReference reference = prepare(new LvmBackend());
    new LvmBackend().take(reference);
    new LvmBackend().seal(reference, sealing());
    new LvmBackend().seal(reference, sealing());
    assertThat(mount(reference, VIEW).resolve("file")).hasContent("before");
  }

  @Test
  void orphansAndImmutableFilesGetNamesInTheSnapshotOnly() throws IOException {
    Path precious = Files.writeString(data.resolve("precious"), "precious");
    long named = inode(precious);
    Program.run("chattr", "+i", precious);
    try (Orphan orphan = new Orphan(data.resolve("orphan"), "orphan");
        Orphan big = new Orphan(data.resolve("big"), "")) {
      big.fill(64);
      Stat before = orphan.stat();

      SnapshotReference reference =
          checkpoint(
              revival(orphan.inode(), "one"), revival(big.inode(), "two"), revival(named, "three"));

      assertThat(checked("e2fsck", "-fn")).matches(E2FSCK_CLEAN);
      Path folder = mount(reference, VIEW).resolve(MANIFEST.parent().text());
      Stat after = Fd.stat(raw(folder.resolve("one")));
      assertThat(folder.resolve("one")).hasContent("orphan");
      assertThat(after.inode()).isEqualTo(before.inode());
      assertThat(after.links()).isEqualTo(1);
      assertThat(List.of(after.mode(), after.user(), after.group()))
          .isEqualTo(List.of(before.mode(), before.user(), before.group()));
      assertThat(List.of(after.modifySeconds(), (long) after.modifyNanos()))
          .isEqualTo(List.of(before.modifySeconds(), (long) before.modifyNanos()));
      assertThat(big.digest()).isEqualTo(Orphan.digest(folder.resolve("two")));
      assertThat(folder.resolve("three")).hasContent("precious");
      assertThat(Program.run("lsattr", "-d", folder.resolve("three"))).startsWith("----i");
      assertThat(Fd.stat(raw(folder.resolve("three"))).links()).isEqualTo(2);
      assertThat(data.resolve(MANIFEST.parent().text())).doesNotExist();
    } finally {
      Program.run("chattr", "-i", precious);
    }
  }

  @Test
  void orphansThatNobodyAskedForAreGone() throws IOException {
    try (Orphan wanted = new Orphan(data.resolve("wanted"), "wanted");
        Orphan unwanted = new Orphan(data.resolve("unwanted"), "unwanted")) {
      unwanted.fill(64);
      SnapshotReference reference = checkpoint(revival(wanted.inode(), "one"));
      assertThat(checked("e2fsck", "-fn")).matches(E2FSCK_CLEAN);
      Path view = mount(reference, VIEW);
      assertThat(view.resolve(relinked("one").text())).hasContent("wanted");
      assertThat(free(view) - free(data)).as("of the 64 MiB").isGreaterThan(60L << 20);
    }
  }

  private static long free(Path filesystem) throws IOException {
    return Files.getFileStore(filesystem).getUnallocatedSpace();
  }

  /** As a kill -9 leaves it after the private mount, when a link count is 2 and a time is new. */
  @Test
  void sealingAgainCompletesAnInterruptedSeal() throws IOException {
    try (Orphan orphan = new Orphan(data.resolve("orphan"), "orphan")) {
      Stat before = orphan.stat();
      SnapshotReference reference = prepareAndTake();
      StoredSnapshot stored = StoredSnapshot.of(reference);
      LogicalVolume snapshot = group().find(stored.snapshotName()).orElseThrow();
      Snapshots.activate(snapshot);
      new Ext4Orphans(new Debugfs(snapshot.device()), new Notes(stored))
          .keep(List.of(revival(orphan.inode(), "one")));
      OwnMounts.with(
          snapshot.device(),
          stored.kind(),
          raw(filesystem.outside("place")),
          top ->
              new Revivals(top, stored.kind(), new Notes(stored))
                  .revive(List.of(revival(orphan.inode(), "one"))));

      new LvmBackend().seal(reference, sealing(revival(orphan.inode(), "one")));

      assertThat(checked("e2fsck", "-fn")).matches(E2FSCK_CLEAN);
      Path one = mount(reference, VIEW).resolve(relinked("one").text());
      assertThat(one).hasContent("orphan");
      assertThat(Fd.stat(raw(one)).links()).isEqualTo(1);
      assertThat(Fd.stat(raw(one)).modifySeconds()).isEqualTo(before.modifySeconds());
      assertThat(filesystem.outside("state/lvm")).isDirectoryNotContaining("glob:**.orphans");
    }
  }

  @Test
  void anInodeThatIsNotInTheSnapshotIsReported() {
    SnapshotReference reference = prepareAndTake();
    assertThatThrownBy(() -> new LvmBackend().seal(reference, sealing(revival(20000, "one"))))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("20000");
  }
}
