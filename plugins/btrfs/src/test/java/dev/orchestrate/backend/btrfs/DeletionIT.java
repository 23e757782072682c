package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeletionIT extends OnBtrfs {
  @Test
  void deletingLeavesNothingBehind() throws IOException {
    makeNested();
    List<String> before = LoopBtrfs.subvolumes(btrfs);
    SnapshotReference reference = checkpoint();
    Path view = mount(reference, VIEW);
    Program.run("btrfs", "subvolume", "create", view.resolve("n1/mine"));
    Program.run("btrfs", "subvolume", "create", view.resolve("n1/mine/deeper"));
    Program.run("chattr", "+i", Files.writeString(view.resolve("n1/mine/stuck"), "stuck"));

    new BtrfsBackend().delete(reference);
    new BtrfsBackend().delete(reference);

    assertThat(data.resolve(".orchestrate")).doesNotExist();
    assertThat(LoopBtrfs.subvolumes(btrfs)).isEqualTo(before);
  }

  @Test
  void deletingCopesWithWhatTheUserMadeHardToRemove() throws IOException {
    SnapshotReference reference = checkpoint();
    Path view = mount(reference, VIEW);
    Program.run("chattr", "+i", view);
    Path directory = Files.createDirectories(stored(0).resolveSibling("mine/deep"));
    Path log = Files.writeString(directory.resolve("log"), "log");
    Files.createSymbolicLink(directory.resolve("link"), data.resolve("file"));
    Program.run("chattr", "+a", log);
    Program.run("chattr", "+i", directory);

    new BtrfsBackend().delete(reference);

    assertThat(data.resolve(".orchestrate")).doesNotExist();
    assertThat(data.resolve("file")).hasContent("before");
  }

  @Test
  void deletingAfterPrepareOrHalfATakeLeavesNothingBehind() {
    BtrfsBackend backend = new BtrfsBackend();
    backend.delete(prepare(backend, OnBtrfs.DEFAULTS));
    assertThat(data.resolve(".orchestrate")).doesNotExist();
    new BtrfsBackend().delete(prepareAndTake());
    assertThat(data.resolve(".orchestrate")).doesNotExist();
  }

  @Test
  void deletingOneCheckpointLeavesTheOther() {
    SnapshotReference reference = checkpoint();
    BtrfsBackend backend = new BtrfsBackend();
    SnapshotReference other =
        OnBtrfs.prepare(
            backend, OnBtrfs.request(LoopBtrfs.target(data), "cccccccccccc", OnBtrfs.DEFAULTS));
    backend.take(other);
    backend.delete(other);
    assertThat(stored(0).resolve("file")).hasContent("before");
    new BtrfsBackend().delete(reference);
    assertThat(data.resolve(".orchestrate")).doesNotExist();
  }
}
