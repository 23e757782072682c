package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotFolderIT extends OnBtrfs {
  @Test
  void snapshotsCanBeKeptElsewhereOnTheFilesystem() throws IOException {
    Path folder = btrfs.path("snapshots");
    Settings settings = OnBtrfs.keptIn(folder);
    BtrfsBackend backend = new BtrfsBackend();
    SnapshotReference reference = prepare(backend, settings);
    backend.take(reference);
    backend.seal(reference, sealing());

    assertThat(folder.resolve(ID + "/0/file")).hasContent("before");
    assertThat(data.resolve(".orchestrate")).doesNotExist();
    assertThat(Path.of(backend.mount(reference, VIEW).root().text()).resolve("file")).exists();
    backend.delete(reference);
    assertThat(folder).doesNotExist();
  }

  @Test
  void aSnapshotFolderThatTheUserMadeStays() throws IOException {
    Path folder = Files.createDirectory(btrfs.path("snapshots"));
    Settings settings = OnBtrfs.keptIn(folder);
    BtrfsBackend backend = new BtrfsBackend();
    backend.delete(prepare(backend, settings));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderOfThisCheckpointThatExistsIsAConflict() throws IOException {
    Path taken = Files.createDirectories(data.resolve(".orchestrate").resolve(ID));
    Files.writeString(taken.resolve("mine"), "mine");
    assertThatThrownBy(() -> prepare(new BtrfsBackend(), OnBtrfs.DEFAULTS))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining(taken.toString());
    assertThat(taken.resolve("mine")).hasContent("mine");
  }

  @Test
  void aSnapshotFolderThatOthersControlIsRefused() throws IOException {
    Path folder = Files.createDirectory(data.resolve(".orchestrate"));
    Program.run("chmod", "777", folder);
    assertThatThrownBy(() -> prepare(new BtrfsBackend(), OnBtrfs.DEFAULTS))
        .isInstanceOf(PermissionException.class);
    Program.run("chmod", "700", folder);
    Program.run("chown", "12345", folder);
    assertThatThrownBy(() -> prepare(new BtrfsBackend(), OnBtrfs.DEFAULTS))
        .isInstanceOf(PermissionException.class);
    Files.delete(folder);
    Files.createSymbolicLink(folder, Files.createDirectory(btrfs.path("elsewhere")));
    assertThatThrownBy(() -> prepare(new BtrfsBackend(), OnBtrfs.DEFAULTS))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void aFilesystemThatIsNotMountedIsNotTakenForADeletedSnapshot() {
    SnapshotReference reference = checkpoint();
    btrfs.tmpfs(btrfs.mountPoint());
    assertThatThrownBy(() -> new BtrfsBackend().delete(reference))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(reference.attribute("filesystem"))
        .hasMessageContaining("not mounted");
    Program.run("umount", btrfs.mountPoint());
    assertThat(stored(0)).exists();
  }

  @Test
  void aSnapshotThatIsGoneIsReported() {
    SnapshotReference reference = checkpoint();
    new BtrfsBackend().delete(reference);
    assertThatThrownBy(() -> mount(reference, VIEW))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("the snapshot of checkpoint " + ID + " is gone");
  }

  @Test
  void aReferenceThatLeadsOutOfTheTargetIsRefused() {
    SnapshotReference reference = checkpoint();
    Map<String, String> edited = new HashMap<>(reference.attributes());
    edited.put("volume.0", "../..");
    assertThatThrownBy(() -> new BtrfsBackend().delete(new SnapshotReference("btrfs", ID, edited)))
        .isInstanceOf(DamagedException.class);
  }
}
