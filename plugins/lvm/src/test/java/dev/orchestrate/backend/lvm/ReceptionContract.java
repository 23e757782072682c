package dev.orchestrate.backend.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReceptionContract extends OnLvm {
  private static final String CHILD = "ba9876543210";
  private static final RawPath CHILD_MANIFEST =
      RawPath.of("lost+found/checkpoint/" + CHILD + "/manifest.json");

  private SnapshotReference place(String id, RawPath manifest) {
    return new LvmBackend()
        .locateReceived(new SnapshotRequest(target(), id, manifest.parent(), Set.of(), settings));
  }

  /** A tree with a file, received whole. */
  private SnapshotReference received() throws IOException {
    SnapshotReference reference = place(ID, MANIFEST);
    try (Directory top = new LvmBackend().receive(reference)) {
      Files.writeString(path(top).resolve("arrived"), "whole");
    }
    new LvmBackend().requireRoom(reference);
    new LvmBackend().seal(reference, sealing());
    return reference;
  }

  private static Path path(Directory directory) {
    return Path.of(directory.fd().kernelPath().text());
  }

  private Path mapped(String id) {
    return Path.of(DeviceMapper.device(TestGroup.NAME, "orchestrate_" + id).text());
  }

  @Test
  void aTreeFromElsewhereBecomesASnapshotLikeAnyOther() throws IOException {
    SnapshotReference reference = received();

    assertThat(stored()).containsExactly("orchestrate_" + ID + " read-only orchestrate");
    assertThat(mapped(ID)).doesNotExist();
    assertThat(filesystem.outside("state/lvm")).isEmptyDirectory();
    Path view = mount(reference, VIEW);
    assertThat(view.resolve("arrived")).hasContent("whole");
    assertThat(view.resolve(MANIFEST.text())).hasBinaryContent(MANIFEST_BYTES);
    assertThat(view.resolve("file")).as("of the origin").doesNotExist();
    Files.writeString(view.resolve("arrived"), "changed");
    assertThat(mount(reference, OTHER_VIEW).resolve("arrived")).hasContent("whole");
    new LvmBackend().delete(reference);
    assertThat(stored()).isEmpty();
  }

  @Test
  void theTopIsEmptyAndOutOfReachAndHasRoomForWhatTheOriginHas() throws IOException {
    SnapshotReference reference = place(ID, MANIFEST);
    try (Directory top = new LvmBackend().receive(reference);
        Directory origin = Directory.open(raw(data))) {
      assertThat(top.list()).isEmpty();
      assertThat(top.stat().permissions()).isEqualTo(0700);
      assertThat(Program.run("stat", "--format=%a", path(top).getParent())).isEqualTo("700\n");
      assertThat(top.fd().availableBytes()).isGreaterThanOrEqualTo(origin.fd().availableBytes());
      assertThat(inodes(path(top))).isGreaterThanOrEqualTo(inodes(data) * 99 / 100);
    }
    new LvmBackend().delete(reference);
    new LvmBackend().delete(reference);
    assertThat(stored()).isEmpty();
    assertThat(filesystem.outside("state/lvm")).isEmptyDirectory();
    assertThat(mapped(ID)).doesNotExist();
  }

  private static long inodes(Path path) {
    return Long.parseLong(
        Program.run("df", "--output=itotal", path).lines().toList().get(1).strip());
  }

  @Test
  void aCopyOfAParentLeavesItAsItIs() throws IOException {
    SnapshotReference parent = received();
    SnapshotReference child = place(CHILD, CHILD_MANIFEST);
    try (Directory top = new LvmBackend().receive(child, parent)) {
      assertThat(path(top).resolve("arrived")).hasContent("whole");
      Files.writeString(path(top).resolve("arrived"), "changed");
    }
    new LvmBackend().seal(child, new Sealing(MANIFEST_BYTES, CHILD_MANIFEST, List.of()));

    assertThat(mount(parent, VIEW).resolve("arrived")).hasContent("whole");
    new LvmBackend().delete(parent);
    assertThat(mount(child, VIEW).resolve("arrived")).hasContent("changed");
    new LvmBackend().delete(child);
    assertThat(stored()).isEmpty();
  }

  /** One that was taken here has its uuid, and that of the mounted origin. */
  @Test
  void aCheckpointThatWasTakenHereCanBeAParent() throws IOException {
    SnapshotReference parent = checkpoint();
    SnapshotReference child = place(CHILD, CHILD_MANIFEST);
    try (Directory top = new LvmBackend().receive(child, parent)) {
      assertThat(path(top).resolve("file")).hasContent("before");
    }
    new LvmBackend().delete(child);
    assertThat(stored()).containsExactly("orchestrate_" + ID + " read-only orchestrate");
  }

  @Test
  void aParentOfAnotherKindOrGroupIsRefused() {
    SnapshotReference parent = checkpoint();
    SnapshotReference child = place(CHILD, CHILD_MANIFEST);
    refused(
        child,
        edited(parent, "filesystem", kind().equals(LvmFilesystem.XFS_ON_THIN) ? "ext4" : "xfs"));
    refused(child, edited(parent, "group", "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggggg"));
    refused(child, edited(parent, "storeSize", "1048576"));
    assertThat(stored()).hasSize(1);
  }

  private static void refused(SnapshotReference child, SnapshotReference parent) {
    assertThatThrownBy(() -> new LvmBackend().receive(child, parent))
        .isInstanceOf(NotSupportedException.class);
  }

  private static SnapshotReference edited(
      SnapshotReference reference, String attribute, String value) {
    Map<String, String> attributes = new HashMap<>(reference.attributes());
    attributes.put(attribute, value);
    return new SnapshotReference("lvm", ID, attributes);
  }

  @Test
  void whatIsInThePlaceIsNotReplaced() throws IOException {
    received();
    assertThatThrownBy(() -> place(ID, MANIFEST)).isInstanceOf(ConflictException.class);
  }

  /** As after a restart of the machine: nothing is mounted, and no volume is active. */
  @Test
  void whatIsLeftAfterARebootGoes() {
    SnapshotReference reference = place(ID, MANIFEST);
    new LvmBackend().receive(reference).close();
    Path folder = filesystem.outside("state/lvm/orchestrate_" + ID);
    Program.run("umount", folder.resolve("tree"));
    Program.run("umount", folder);
    Program.run("lvm", "lvchange", "--activate=n", TestGroup.NAME + "/orchestrate_" + ID);

    new LvmBackend().delete(reference);

    assertThat(stored()).isEmpty();
    assertThat(folder).doesNotExist();
  }

  @Test
  void aPoolThatFillsMeanwhileIsNamedAndNothingIsLeft() throws IOException {
    filesystem.close();
    use(
        MountedFilesystem.mount(
            () -> TestVolume.inSmallPool(512L << 20, "mkfs." + type(), "-q"), ""));
    SnapshotReference reference = place(ID, MANIFEST);
    try (Directory top = new LvmBackend().receive(reference)) {
      fill(top);
      assertThatThrownBy(() -> new LvmBackend().requireRoom(reference))
          .isInstanceOf(NoSpaceException.class)
          .hasMessageContaining("the thin pool orchestrate-test/" + TestVolume.SMALL_POOL)
          .hasMessageContaining("lvextend");
    }
    new LvmBackend().delete(reference);
    assertThat(stored()).isEmpty();
    new LvmBackend().delete(received());
  }

  private String type() {
    return kind().equals(LvmFilesystem.XFS_ON_THIN) ? "xfs" : "ext4";
  }

  private static void fill(Directory top) {
    try (Fd file = top.create(RawPath.of("large"))) {
      byte[] part = new byte[1 << 20];
      Arrays.fill(part, (byte) 'x');
      for (int i = 0; i < 300; i++) {
        file.writeAll(part);
      }
      file.sync();
    } catch (SystemCallException e) {
      // it is what the pool does when it is full
    }
  }
}
