package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
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
import dev.orchestrate.testkit.RequiresRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test on a btrfs of its own, with a subvolume {@code data} to snapshot. */
@RequiresRoot
abstract class OnBtrfs {
  static final String ID = "0123456789ab";
  static final String VIEW = "aaaaaaaaaaaa";
  static final RawPath MANIFEST = RawPath.of("lost+found/checkpoint/" + ID + "/manifest");
  static final Settings DEFAULTS = new Settings(Optional.empty(), RawPath.of("/var/lib/none"));
  static final byte[] MANIFEST_BYTES = "{}".getBytes(StandardCharsets.UTF_8);

  MountedFilesystem btrfs;
  Path data;

  @BeforeEach
  void mountAFilesystem() throws IOException {
    btrfs = LoopBtrfs.make();
    data = LoopBtrfs.subvolume(btrfs.path("data"));
    Files.writeString(data.resolve("file"), "before");
  }

  @AfterEach
  void unmountIt() {
    btrfs.close();
  }

  SnapshotReference checkpoint() {
    SnapshotReference reference = prepareAndTake();
    new BtrfsBackend().seal(reference, sealing());
    return reference;
  }

  SnapshotReference prepareAndTake() {
    BtrfsBackend backend = new BtrfsBackend();
    SnapshotReference reference = prepare(backend, OnBtrfs.DEFAULTS);
    backend.take(reference);
    return reference;
  }

  SnapshotReference prepare(BtrfsBackend backend, Settings settings) {
    return OnBtrfs.prepare(backend, OnBtrfs.request(LoopBtrfs.target(data), ID, settings));
  }

  static SnapshotReference prepare(BtrfsBackend backend, SnapshotRequest request) {
    SnapshotReference reference = backend.locate(request);
    backend.prepare(reference, request, Progress.NONE);
    return reference;
  }

  static SnapshotRequest request(Target target, String id, Settings settings) {
    return new SnapshotRequest(target, id, MANIFEST.parent(), Set.of(), settings);
  }

  static Settings keptIn(Path folder) {
    return new Settings(Optional.of(RawPath.of(folder.toString())), DEFAULTS.stateFolder());
  }

  static Sealing sealing(Revival... revivals) {
    return new Sealing(MANIFEST_BYTES, MANIFEST, List.of(revivals));
  }

  static RawPath relink(String name) {
    return RawPath.of("lost+found/checkpoint/" + ID).resolve(name);
  }

  static Path mount(SnapshotReference reference, String viewId) {
    View view = new BtrfsBackend().mount(reference, viewId);
    return Path.of(view.root().text());
  }

  Path stored(int volume) {
    return data.resolve(".orchestrate").resolve(ID).resolve("" + volume);
  }

  void makeNested() throws IOException {
    Files.writeString(LoopBtrfs.subvolume(btrfs.path("data/n1")).resolve("one"), "1");
    Files.writeString(LoopBtrfs.subvolume(btrfs.path("data/n1/n2")).resolve("two"), "2");
  }

  Path immutableFile() throws IOException {
    Path file = Files.writeString(data.resolve("precious"), "precious");
    Program.run("chattr", "+i", file);
    return file;
  }

  static long inode(Path path) {
    return Fd.stat(RawPath.of(path.toString())).inode();
  }
}
