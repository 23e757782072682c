package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Assessment.Fits;
import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.Assessment.Unfit;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.Volume;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresRoot
class BtrfsProbeIT {
  private static final String ID = "0123456789ab";
  private static final int SOMEBODY = 12345;

  private MountedFilesystem btrfs;
  private Path data;

  @BeforeEach
  void mountAFilesystem() {
    btrfs = LoopBtrfs.make();
    data = LoopBtrfs.subvolume(btrfs.path("data"));
  }

  @AfterEach
  void unmountIt() {
    btrfs.close();
  }

  @Test
  void listsTheVolumesWithTheTargetFirst() {
    LoopBtrfs.subvolume(btrfs.path("data/b"));
    LoopBtrfs.subvolume(btrfs.path("data/b/inner"));
    LoopBtrfs.subvolume(btrfs.path("data/a"));
    assertThat(fits(data).volumes())
        .containsExactly(volume(""), volume("a"), volume("b"), volume("b/inner"));
  }

  @Test
  void findsMoreSubvolumesThanTheKernelListsAtOnce() {
    for (int i = 0; i < 300; i++) {
      LoopBtrfs.subvolume(btrfs.path("data/s" + i));
    }
    assertThat(fits(data).volumes()).hasSize(301).doesNotHaveDuplicates();
  }

  @Test
  void leavesOutItsOwnSnapshots() {
    takeWith(OnBtrfs.DEFAULTS);
    assertThat(fits(data).volumes()).containsExactly(volume(""));
  }

  @Test
  void leavesOutItsOwnSnapshotsInAFolderOfTheUsersChoice() throws IOException {
    Files.createDirectories(data.resolve("backup/here"));
    Settings settings = settings(data.resolve("backup/here"));
    takeWith(settings);
    assertThat(fits(data, settings).volumes()).containsExactly(volume(""));
    assertThat(fits(data).volumes()).hasSize(2);
  }

  @Test
  void leavesOutASubvolumeThatIsMountedOverAndSaysSo() {
    Path nested = LoopBtrfs.subvolume(btrfs.path("data/nested"));
    btrfs.tmpfs(nested);
    Fits fits = fits(data);
    assertThat(fits.volumes()).containsExactly(volume(""));
    assertThat(fits.notes()).anyMatch(note -> note.contains(nested + " is left out"));
  }

  @Test
  void saysWhatItCanDo() {
    LoopBtrfs.subvolume(btrfs.path("data/nested"));
    Fits fits = fits(data);
    assertThat(fits.capabilities())
        .contains(Capability.SHARES_BLOCKS, Capability.REVIVES_NAMED, Capability.ROLLS_BACK);
    assertThat(fits.notes()).containsExactly("1 nested subvolume, each with a snapshot of its own");
  }

  @Test
  void changesNothing() {
    fits(data);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void anotherFilesystemIsUnfit() throws IOException {
    Path other = Files.createDirectory(btrfs.path("other"));
    btrfs.tmpfs(other);
    assertThat(unfit(other)).isEqualTo(other + " is tmpfs, not btrfs");
  }

  @Test
  void aDirectoryInASubvolumeIsUnfit() throws IOException {
    Path directory = Files.createDirectories(data.resolve("deep/er"));
    assertThat(unfit(directory))
        .startsWith(directory + " is a directory inside the subvolume at " + data)
        .endsWith("give " + data);
  }

  @Test
  void aBindMountOfADirectoryInASubvolumeIsUnfit() throws IOException {
    Path directory = Files.createDirectories(data.resolve("deep"));
    Path bind = btrfs.bind(directory, "bind");
    assertThat(unfit(bind)).startsWith(bind + " is on a mount of /data/deep, a directory");
  }

  @Test
  void aReadOnlyMountIsUnfit() {
    btrfs.remount("ro");
    assertThat(unfit(data)).contains("mount -o remount,rw " + btrfs.mountPoint());
  }

  @Test
  void aReadOnlySubvolumeIsUnfitUnlessItsSnapshotsGoElsewhere() {
    LoopBtrfs.setReadOnly(data);
    assertThat(unfit(data)).contains("read-only");
    assertThat(fits(data, settings(btrfs.path("snapshots"))).volumes()).hasSize(1);
  }

  @Test
  void aSnapshotFolderOnAnotherFilesystemIsUnfit() throws IOException {
    Path folder = btrfs.outside("snapshots");
    assertThat(unfit(data, settings(folder))).contains("not on the same btrfs");
  }

  @Test
  void aSnapshotFolderThatCannotBeMadeIsUnfit() {
    assertThat(unfit(data, settings(btrfs.path("no/such"))))
        .contains("there is no " + btrfs.path("no"));
  }

  @Test
  void theTargetAsSnapshotFolderIsUnfit() {
    assertThat(unfit(data, settings(data))).contains("can't be " + data + " itself");
  }

  @Test
  void aSubvolumeOfSomebodyElseIsUnfit() {
    Target target = LoopBtrfs.target(data);
    Assessment assessment = asSomebody(() -> probe(target, OnBtrfs.DEFAULTS));
    assertThat(((Unfit) assessment).reason()).contains("belongs to user 0").contains("CAP_FOWNER");
    assertThat(((Unfit) assessment).obstacle()).isEqualTo(Obstacle.PERMISSION);
  }

  @Test
  void itsOwnerNeedsNoPrivilege() throws IOException {
    Path nested = LoopBtrfs.subvolume(btrfs.path("data/nested"));
    Path readOnlyDirectory = Files.createDirectories(nested.resolve("dir"));
    Files.writeString(readOnlyDirectory.resolve("file"), "file");
    Program.run("chown", "-R", SOMEBODY, data);
    Program.run("chmod", "555", readOnlyDirectory);
    LoopBtrfs.subvolume(btrfs.path("data/foreign"));
    Target target = LoopBtrfs.target(data);

    Fits fits = (Fits) asSomebody(() -> probe(target, OnBtrfs.DEFAULTS));
    assertThat(fits.volumes()).containsExactly(volume(""), volume("nested"));
    assertThat(fits.capabilities()).doesNotContain(Capability.REVIVES_NAMED);
    assertThat(fits.notes())
        .anyMatch(note -> note.contains("data/foreign is left out: it belongs to user 0"))
        .anyMatch(note -> note.contains("user_subvol_rm_allowed"));

    asSomebody(() -> takeMountAndDelete(target));
    assertThat(data.resolve(".orchestrate")).doesNotExist();
    btrfs.remount("user_subvol_rm_allowed");
    asSomebody(() -> takeMountAndDelete(LoopBtrfs.target(data)));
    assertThat(data.resolve(".orchestrate")).doesNotExist();
  }

  private static boolean takeMountAndDelete(Target target) {
    BtrfsBackend backend = new BtrfsBackend();
    SnapshotReference reference =
        OnBtrfs.prepare(backend, OnBtrfs.request(target, ID, OnBtrfs.DEFAULTS));
    backend.take(reference);
    backend.seal(reference, new Sealing(new byte[0], RawPath.of("m/manifest"), List.of()));
    backend.mount(reference, "aaaaaaaaaaaa");
    backend.unmount(reference, "aaaaaaaaaaaa");
    backend.mount(reference, "bbbbbbbbbbbb");
    backend.delete(reference);
    return true;
  }

  /** On a thread that has become an ordinary user; the rest of the JVM stays root. */
  private static <T> T asSomebody(Supplier<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                SystemCalls.becomeInThisThread(SOMEBODY, SOMEBODY, List.of());
                result.complete(action.get());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    thread.start();
    return result.join();
  }

  private void takeWith(Settings settings) {
    BtrfsBackend backend = new BtrfsBackend();
    backend.take(OnBtrfs.prepare(backend, OnBtrfs.request(LoopBtrfs.target(data), ID, settings)));
  }

  private static Assessment probe(Target target, Settings settings) {
    return new BtrfsBackend().probe(target, settings);
  }

  private static Fits fits(Path path) {
    return fits(path, OnBtrfs.DEFAULTS);
  }

  private static Fits fits(Path path, Settings settings) {
    return (Fits) probe(LoopBtrfs.target(path), settings);
  }

  private static String unfit(Path path) {
    return unfit(path, OnBtrfs.DEFAULTS);
  }

  private static String unfit(Path path, Settings settings) {
    return ((Unfit) probe(LoopBtrfs.target(path), settings)).reason();
  }

  private static Settings settings(Path folder) {
    return OnBtrfs.keptIn(folder);
  }

  private Volume volume(String path) {
    RawPath raw = RawPath.of(path);
    RawPath absolute = RawPath.of(data.toString()).resolve(raw);
    return new Volume(raw, Fd.stat(absolute).device());
  }
}
