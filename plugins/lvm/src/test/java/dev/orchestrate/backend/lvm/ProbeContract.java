package dev.orchestrate.backend.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Assessment.Fits;
import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.Assessment.Unfit;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.Target;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProbeContract extends OnLvm {
  private static final long SIZE = 512L << 20;

  @Test
  void saysWhatItCanDoWhatItCostsAndWhatHappensWhenThePoolIsFull() {
    Fits fits = (Fits) probe(data);
    assertThat(fits.volumes()).hasSize(1);
    assertThat(fits.capabilities())
        .containsExactlyInAnyOrder(
            Capability.ATOMIC,
            Capability.REVIVES_NAMED,
            Capability.REVIVES_ORPHANS,
            Capability.RECEIVES,
            Capability.ROLLS_BACK);
    assertThat(fits.notes().get(0))
        .matches(
            "thin pool orchestrate-test/thin-pool: [0-9.]+ % of 6.0 GiB used, metadata [0-9.]+ %");
    assertThat(fits.notes().get(1)).startsWith("when the pool is full").contains("60 s");
    assertThat(stored()).isEmpty();
  }

  @Test
  void aPoolThatIsNearlyFullIsRefused() throws IOException {
    TestGroup.lvcreate("--type=thin-pool", "--size=64M", "--name=small", TestGroup.NAME);
    try {
      String options = "--thinpool=small";
      TestGroup.lvcreate("--virtualsize=512M", "--name=in-small", options, TestGroup.NAME);
      Program.run(
          "dd",
          "if=/dev/zero",
          "of=" + DeviceMapper.device(TestGroup.NAME, "in-small"),
          "bs=1M",
          "count=62",
          "oflag=direct");
      VolumeGroup group = group();
      Space space = ThinPool.of(group.find("small").orElseThrow()).space();
      assertThat(space.lack().orElseThrow().obstacle()).isEqualTo(Obstacle.SPACE);
      assertThat(space.lack().orElseThrow().reason())
          .contains("the thin pool orchestrate-test/small is 9")
          .contains("lvextend");
    } finally {
      TestGroup.lvremove("small");
    }
  }

  @Test
  void whatARollbackMayWriteHasToFitIntoThePool() {
    LvmBackend backend = new LvmBackend();
    backend.requireRoomToChange(target(), 7L << 30, 0); // there is nothing to lose yet
    checkpoint();
    backend.requireRoomToChange(target(), 1 << 20, 10);

    assertThatThrownBy(() -> backend.requireRoomToChange(target(), 7L << 30, 0))
        .isInstanceOf(NoSpaceException.class)
        .hasMessageContaining("the thin pool orchestrate-test/thin-pool has room for 5.")
        .hasMessageContaining("and about 7.0 GiB may be needed");
    assertThatThrownBy(() -> backend.requireRoomToChange(target(), 0, 1_000_000))
        .isInstanceOf(NoSpaceException.class);
  }

  @Test
  void aThickVolumeGetsAFifthOfItsSize() throws IOException {
    use(other("mkfs.ext4", true));
    Fits fits = (Fits) probe(data);
    assertThat(fits.notes().get(0)).contains("the snapshot takes 102 MiB, and each view as much");
    assertThat(fits.notes().get(1)).contains("the snapshot is lost");
  }

  @Test
  void aThickVolumeReceivesNothingAndIsNotRolledBack() throws IOException {
    use(other("mkfs.ext4", true));
    assertThat(((Fits) probe(data)).capabilities())
        .doesNotContain(Capability.RECEIVES, Capability.ROLLS_BACK);
    Unfit unfit = (Unfit) new LvmBackend().probeReceiving(target(), settings);
    assertThat(unfit.reason()).contains("a thick volume", "--backend=rsync");
  }

  @Test
  void aThickVolumeWithoutSpaceBesideItIsRefused() throws IOException {
    use(other("mkfs.ext4", true));
    TestGroup.lvcreate("--extents=99%FREE", "--wipesignatures=n", "--name=rest", TestGroup.NAME);
    TestGroup.lvcreate("--extents=90%FREE", "--wipesignatures=n", "--name=more", TestGroup.NAME);
    try {
      Unfit unfit = (Unfit) probe(data);
      assertThat(unfit.obstacle()).isEqualTo(Obstacle.SPACE);
      assertThat(unfit.reason()).contains("vgextend");
    } finally {
      TestGroup.lvremove("rest");
      TestGroup.lvremove("more");
    }
  }

  @Test
  void btrfsOnLvmIsRefusedWithTheReason() throws IOException {
    Program.run("modprobe", "btrfs");
    use(other("mkfs.btrfs", false));
    assertThat(((Unfit) probe(data)).reason()).contains("UUID").contains("--backend=btrfs");
  }

  @Test
  void otherFilesystemsAreRefused() throws IOException {
    use(other("mkfs.ext2", false));
    assertThat(((Unfit) probe(data)).reason()).contains("ext2").contains("ext4 or xfs");
  }

  private MountedFilesystem other(String mkfs, boolean thick) {
    filesystem.close();
    return MountedFilesystem.mount(
        () -> thick ? TestVolume.thick(SIZE, mkfs, "-q") : TestVolume.thin(SIZE, mkfs, "-q"), "");
  }

  @Test
  void whatIsNotOnLvmIsRefused() {
    Path tmpfs = filesystem.tmpfs(filesystem.outside("tmpfs"));
    assertThat(((Unfit) probe(tmpfs)).reason()).contains("not an LVM volume");
  }

  @Test
  void aFolderOfTheFilesystemIsRefused() throws IOException {
    Path folder = Files.createDirectory(data.resolve("folder"));
    assertThat(((Unfit) probe(folder)).reason()).endsWith("give " + data);
    Path bind = filesystem.bind(folder, "bind");
    assertThat(((Unfit) probe(bind)).reason()).contains("on a mount of /folder");
  }

  @Test
  void aReadOnlyMountIsRefused() {
    filesystem.remount("ro");
    assertThat(((Unfit) probe(data)).reason()).contains("remount,rw");
    filesystem.remount("rw");
  }

  @Test
  void aFolderForSnapshotsIsRefused() {
    Settings elsewhere = new Settings(Optional.of(RawPath.of("/srv")), settings.stateFolder());
    assertThat(((Unfit) new LvmBackend().probe(target(), elsewhere)).reason()).contains("/srv");
  }

  @Test
  void anOrdinaryUserIsTold() {
    Target target = target();
    probe(data); // loads the classes, which that user can't read
    CompletableFuture<Assessment> answer = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                SystemCalls.becomeInThisThread(12345, 12345, List.of());
                answer.complete(new LvmBackend().probe(target, settings));
              } catch (Throwable e) {
                answer.completeExceptionally(e);
              }
            })
        .start();
    Unfit unfit = (Unfit) answer.join();
    assertThat(unfit.obstacle()).isEqualTo(Obstacle.PERMISSION);
    assertThat(unfit.reason()).contains("CAP_SYS_ADMIN");
  }

  private Assessment probe(Path path) {
    return new LvmBackend().probe(target(path), settings);
  }
}
