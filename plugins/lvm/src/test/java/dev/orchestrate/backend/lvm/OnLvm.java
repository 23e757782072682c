package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Sealing.Revival;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.View;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test on a logical volume of its own, with a file. */
abstract class OnLvm {
  static final String ID = "0123456789ab";
  static final String VIEW = "aaaaaaaaaaaa";
  static final String OTHER_VIEW = "bbbbbbbbbbbb";
  static final RawPath MANIFEST = RawPath.of("lost+found/checkpoint/" + ID + "/manifest.json");
  static final byte[] MANIFEST_BYTES = "{}".getBytes(StandardCharsets.UTF_8);

  MountedFilesystem filesystem;
  Path data;
  Settings settings;
  private Optional<SnapshotReference> prepared = Optional.empty();

  /** What the test is about; ext4 on a thin volume unless it says otherwise. */
  LvmFilesystem kind() {
    return LvmFilesystem.EXT4_ON_THIN;
  }

  @BeforeEach
  void mountAFilesystem() throws IOException {
    use(kind().make(512L << 20));
  }

  void use(MountedFilesystem other) throws IOException {
    filesystem = other;
    data = filesystem.mountPoint();
    settings = new Settings(Optional.empty(), raw(filesystem.outside("state")));
    Files.writeString(data.resolve("file"), "before");
  }

  @AfterEach
  void unmountIt() {
    prepared.ifPresent(reference -> new LvmBackend().delete(reference));
    filesystem.close();
  }

  VolumeGroup group() {
    return VolumeGroup.holding(DeviceMapper.volumeOf(target().mount()).orElseThrow());
  }

  Target target() {
    return target(data);
  }

  static Target target(Path path) {
    RawPath raw = raw(path);
    MountInfo mount =
        MountInfo.ofSelf().stream()
            .filter(candidate -> raw.isBelow(candidate.point()))
            .max(Comparator.comparing(candidate -> candidate.point().components().size()))
            .orElseThrow();
    try (Directory directory = Directory.open(raw)) {
      return new Target(raw, mount, directory.fd().filesystemType());
    }
  }

  SnapshotReference prepare(LvmBackend backend) {
    SnapshotRequest request =
        new SnapshotRequest(target(), ID, MANIFEST.parent(), Set.of(), settings);
    SnapshotReference reference = backend.locate(request);
    backend.prepare(reference, request, Progress.NONE);
    prepared = Optional.of(reference);
    return reference;
  }

  SnapshotReference prepareAndTake() {
    LvmBackend backend = new LvmBackend();
    SnapshotReference reference = prepare(backend);
    backend.take(reference);
    return reference;
  }

  SnapshotReference checkpoint(Revival... revivals) {
    SnapshotReference reference = prepareAndTake();
    new LvmBackend().seal(reference, sealing(revivals));
    return reference;
  }

  static Sealing sealing(Revival... revivals) {
    return new Sealing(MANIFEST_BYTES, MANIFEST, List.of(revivals));
  }

  static Revival revival(long inode, String name) {
    return new Revival(RawPath.EMPTY, inode, relinked(name));
  }

  static RawPath relinked(String name) {
    return MANIFEST.parent().resolve(name);
  }

  static Path mount(SnapshotReference reference, String viewId) {
    View view = new LvmBackend().mount(reference, viewId);
    return Path.of(view.root().text());
  }

  /** The checkpoint's volumes, as lvs shows name, permission and tag. */
  List<String> stored() {
    return TestGroup.volumes(TestGroup.NAME).stream()
        .filter(line -> line.startsWith("orchestrate_"))
        .toList();
  }

  static RawPath raw(Path path) {
    return RawPath.of(path.toString());
  }

  static long inode(Path path) {
    return Fd.stat(raw(path)).inode();
  }

  /** The stored snapshot's device, made active for a look at it; and inactive again. */
  static String checked(String... command) {
    String volume = TestGroup.NAME + "/orchestrate_" + ID;
    Program.run("lvm", "lvchange", "--activate=y", "--ignoreactivationskip", volume);
    try {
      Object[] words = java.util.Arrays.copyOf(command, command.length + 1, Object[].class);
      words[command.length] = DeviceMapper.device(TestGroup.NAME, "orchestrate_" + ID);
      return Program.run(words);
    } finally {
      Program.attempt("lvm", "lvchange", "--activate=n", volume);
    }
  }
}
