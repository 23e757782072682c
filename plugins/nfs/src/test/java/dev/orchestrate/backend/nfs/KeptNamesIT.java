package dev.orchestrate.backend.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.View;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.RequiresRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What becomes of the names that a checkpoint keeps. The backend does with them what any filesystem
 * with hard links can do, so an ext4 is as good as a server.
 */
@RequiresRoot
class KeptNamesIT {
  private static final String ID = "0123456789ab";
  private static final String VIEW = "ba9876543210";

  private final NfsBackend backend = new NfsBackend();
  private MountedFilesystem filesystem;
  private Path stored;

  @BeforeEach
  void storeNames() {
    filesystem = MountedFilesystem.onLoop(64L << 20, "", "mkfs.ext4", "-q");
    stored = filesystem.path("held/" + ID);
    Program.run("mkdir", "-m", "700", "-p", stored);
    Program.run("setfattr", "-n", Sealing.MADE_FOR_CHECKPOINTS, stored.getParent());
    Program.run("cp", "/etc/hostname", stored.resolve("1"));
    Program.run("mkfifo", stored.resolve("2"));
    Program.run("mkdir", "-m", "2750", stored.resolve("3"));
    Program.run("chown", "1234:5678", stored.resolve("3"));
    Program.run("setfattr", "-n", "user.note", "-v", "a note", stored.resolve("3"));
  }

  @AfterEach
  void close() {
    filesystem.close();
  }

  private SnapshotReference reference() {
    return new StoredPlace(
            ID,
            RawPath.of(filesystem.mountPoint().toString()),
            RawPath.of(filesystem.storage().source()),
            RawPath.of("held/" + ID),
            false,
            false)
        .reference();
  }

  private SnapshotReference edited(String attribute, String value) {
    Map<String, String> attributes = new HashMap<>(reference().attributes());
    attributes.put(attribute, value);
    return new SnapshotReference(NfsBackend.NAME, ID, attributes);
  }

  private String kindOwnerModeAndInode(Path path, String format) {
    return Program.run("stat", "-c", format, path);
  }

  @Test
  void aViewHasTheSameInodesAndFoldersThatLookTheSame() {
    View view = backend.mount(reference(), VIEW);

    Path folder = filesystem.path(view.relinkFolder().orElseThrow().text());
    assertThat(view.isLiveTree()).isTrue();
    assertThat(kindOwnerModeAndInode(folder, "%a")).isEqualTo("700\n");
    for (String name : List.of("1", "2")) {
      assertThat(kindOwnerModeAndInode(folder.resolve(name), "%F %i %h"))
          .isEqualTo(kindOwnerModeAndInode(stored.resolve(name), "%F %i %h"))
          .endsWith(" 2\n");
    }
    assertThat(kindOwnerModeAndInode(folder.resolve("3"), "%F %u %g %a %Y"))
        .isEqualTo(kindOwnerModeAndInode(stored.resolve("3"), "%F %u %g %a %Y"));
    assertThat(Program.run("getfattr", "-n", "user.note", "--only-values", folder.resolve("3")))
        .isEqualTo("a note");
  }

  @Test
  void aViewThatIsUnmountedTakesNoStoredNameWithIt() {
    backend.mount(reference(), VIEW);
    backend.mount(reference(), "000000000001");

    backend.unmount(reference(), VIEW);
    backend.unmount(reference(), VIEW);

    assertThat(filesystem.path("held"))
        .isDirectoryNotContaining(path -> path.endsWith(ID + "-view-" + VIEW));
    assertThat(filesystem.path("held/" + ID + "-view-000000000001/1")).exists();
    assertThat(stored.resolve("1")).exists();
  }

  @Test
  void deletionRemovesViewsAndTheFoldersMadeForCheckpoints() {
    backend.mount(reference(), VIEW);

    backend.delete(reference());
    backend.delete(reference());

    assertThat(filesystem.path("held")).doesNotExist();
    assertThat(filesystem.path("lost+found")).exists();
  }

  @Test
  void deletionLeavesOtherCheckpointsAlone() throws Exception {
    Path other = Files.createDirectory(stored.resolveSibling("other"));

    backend.delete(reference());

    assertThat(stored).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void whatACrashLeftHalfMadeIsRemoved() throws Exception {
    Path half = stored.resolveSibling(ID + "-view-" + VIEW);
    Files.createDirectory(half);
    Files.createLink(half.resolve("1"), stored.resolve("1"));

    backend.delete(reference());

    assertThat(filesystem.path("held")).doesNotExist();
  }

  @Test
  void theManifestIsPutBesideTheNames() {
    byte[] manifest = "{}".getBytes(StandardCharsets.UTF_8);
    Sealing sealing = new Sealing(manifest, RawPath.of("held/" + ID + "/manifest.json"), List.of());

    backend.take(reference());
    backend.seal(reference(), sealing);
    backend.seal(reference(), sealing);

    assertThat(stored.resolve("manifest.json")).hasContent("{}");
  }

  @ParameterizedTest
  @CsvSource({
    "folder, ../outside/0123456789ab",
    "folder, /etc/0123456789ab",
    "folder, home",
    "folder, ''",
    "target, relative",
  })
  void anEditedReferenceIsRefused(String attribute, String value) {
    assertThatThrownBy(() -> backend.delete(edited(attribute, value)))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining(attribute);
    assertThat(stored).exists();
  }

  @Test
  void aFolderThatOthersCanReachIsNeitherLinkedNorRemoved() {
    Program.run("chmod", "777", stored);

    assertThatThrownBy(() -> backend.mount(reference(), VIEW))
        .isInstanceOf(PermissionException.class);
    assertThatThrownBy(() -> backend.delete(reference())).isInstanceOf(PermissionException.class);
    assertThat(stored.resolve("1")).exists();
  }

  @Test
  void anotherFilesystemInThePlaceIsNotTouched() {
    SnapshotReference reference = edited("source", "server:/elsewhere");

    assertThatThrownBy(() -> backend.delete(reference))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("server:/elsewhere is not mounted");
    assertThat(stored).exists();
  }

  /** Here the one checkpoint's, there one that refers to it: as programs of two hosts do. */
  @Test
  void aViewOfABorrowedCheckpointOutlastsTheDeletionOfWhatItShows() {
    SnapshotReference borrowed = reference().borrowed();
    String inode = kindOwnerModeAndInode(stored.resolve("1"), "%i");
    View view = backend.mount(borrowed, VIEW);
    View own = backend.mount(reference(), VIEW);
    assertThat(view.relinkFolder()).isNotEqualTo(own.relinkFolder());

    backend.delete(reference());

    Path folder = filesystem.path(view.relinkFolder().orElseThrow().text());
    assertThat(stored).doesNotExist();
    assertThat(filesystem.path(own.relinkFolder().orElseThrow().text())).doesNotExist();
    assertThat(kindOwnerModeAndInode(folder.resolve("1"), "%i")).isEqualTo(inode);
    backend.unmount(borrowed, VIEW);
    assertThat(filesystem.path("held")).as("nobody needs it any more").doesNotExist();
  }

  @Test
  void aBorrowedCheckpointThatWasDeletedSaysSo() {
    SnapshotReference borrowed = reference().borrowed();
    backend.delete(reference());

    assertThatThrownBy(() -> backend.mount(borrowed, VIEW))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("is gone; it belongs to the host where the checkpoint was taken");
    backend.unmount(borrowed, VIEW);
    backend.requireReachable(borrowed);
  }

  @Test
  void storedNamesThatAreGoneAreMissedAtRestart() {
    Program.run("rm", "-r", stored);

    assertThatThrownBy(() -> backend.mount(reference(), VIEW))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("is gone");
  }
}
