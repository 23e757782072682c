package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.Target;
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

/** A test on a filesystem of its own, with a folder {@code data} to copy into {@code copies}. */
@RequiresRoot
abstract class OnCopies {
  static final String ONE = "0123456789ab";
  static final String TWO = "cccccccccccc";
  static final String VIEW = "aaaaaaaaaaaa";
  static final byte[] MANIFEST_BYTES = "{}".getBytes(StandardCharsets.UTF_8);

  MountedFilesystem filesystem;
  Path data;
  Path copies;

  @BeforeEach
  void mountAFilesystem() throws IOException {
    use(CopiedFilesystem.EXT4);
  }

  void use(CopiedFilesystem kind) throws IOException {
    if (filesystem != null) {
      filesystem.close();
    }
    filesystem = kind.make(512L << 20);
    data = Files.createDirectory(filesystem.path("data"));
    copies = filesystem.path("copies");
    Files.writeString(data.resolve("file"), "before");
  }

  @AfterEach
  void unmountIt() {
    filesystem.close();
  }

  /** A complete checkpoint. */
  SnapshotReference checkpoint(String id) {
    SnapshotReference reference = prepare(id);
    new RsyncBackend().take(reference);
    seal(reference);
    return reference;
  }

  SnapshotReference prepare(String id) {
    return prepare(request(id));
  }

  static SnapshotReference prepare(SnapshotRequest request) {
    RsyncBackend backend = new RsyncBackend();
    SnapshotReference reference = backend.locate(request);
    backend.prepare(reference, request, Progress.NONE);
    return reference;
  }

  SnapshotRequest request(String id) {
    return new SnapshotRequest(target(data), id, manifest(id).parent(), Set.of(), settings(copies));
  }

  void seal(SnapshotReference reference) {
    new RsyncBackend()
        .seal(reference, new Sealing(MANIFEST_BYTES, manifest(reference.id()), List.of()));
  }

  static RawPath manifest(String id) {
    return RawPath.of("lost+found/checkpoint/" + id + "/manifest.json");
  }

  static Settings settings(Path folder) {
    RawPath path = RawPath.of(folder.toString());
    return new Settings(Optional.of(path), path.append("-state"));
  }

  Path stored(String id) {
    return copies.resolve(id).resolve("tree");
  }

  Path mount(SnapshotReference reference, String viewId) {
    return Path.of(new RsyncBackend().mount(reference, viewId).root().text());
  }

  Assessment assess(Path path, Path folder) {
    return new RsyncBackend().probe(target(path), settings(folder));
  }

  static Target target(Path path) {
    return target(RawPath.of(path.toString()));
  }

  static Target target(RawPath path) {
    try (Directory directory = Directory.open(path)) {
      long id = directory.stat().mountId();
      MountInfo mount =
          MountInfo.ofSelf().stream().filter(one -> one.id() == id).findFirst().orElseThrow();
      return new Target(path, mount, directory.fd().filesystemType());
    }
  }

  static Stat stat(Path path) {
    try (Fd file = Fd.open(RawPath.of(path.toString()), Fd.O_PATH | Fd.O_NOFOLLOW)) {
      return file.stat();
    }
  }

  /** Names, contents, owners, modes and times. */
  static String archive(Path tree) {
    return Program.run(
        "tar",
        "--create",
        "--file=-",
        "--sort=name",
        "--xattrs",
        "--acls",
        "--pax-option=delete=atime,delete=ctime",
        "-C",
        tree,
        ".");
  }

  /** What rsync(1), comparing all contents, finds different from the live tree. */
  String differences(String id) {
    return Program.run(
        "rsync",
        "-aHAXS",
        "--numeric-ids",
        "--dry-run",
        "--itemize-changes",
        "--checksum",
        "--delete",
        "--modify-window=-1",
        "--exclude=/lost+found",
        data + "/",
        stored(id) + "/");
  }

  /** Deeds before an earlier copy, before the first pass, and between the two. */
  void theCopyIsTheTreeWhatever(RandomDeeds deeds) throws IOException {
    deeds.doSome(60);
    checkpoint(TWO);
    String earlier = archive(stored(TWO));
    deeds.doSome(30);
    SnapshotReference reference = prepare(ONE);
    deeds.doSome(40);
    new RsyncBackend().take(reference);
    seal(reference);

    assertThat(differences(ONE)).isEmpty();
    assertThat(archive(stored(TWO))).as("the earlier copy").isEqualTo(earlier);
  }
}
