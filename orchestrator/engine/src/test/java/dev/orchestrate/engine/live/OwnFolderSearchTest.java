package dev.orchestrate.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFolderSearchTest {
  private static final String ID = "0123456789ab";

  @TempDir Path folder;

  private Path top;
  private Path store;

  @BeforeEach
  void make() throws IOException {
    top = Files.createDirectory(folder.toRealPath().resolve("top"));
    store = top.resolve("store");
    Files.createDirectories(store.resolve(ID));
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static StoredCheckpoint complete() {
    Manifest manifest =
        new Manifest(
            Manifest.VERSION,
            ID,
            Optional.empty(),
            Instant.EPOCH,
            "any",
            new Manifest.TargetRecord(RawPath.ROOT, RawPath.ROOT, "any", RawPath.EMPTY),
            Map.of(),
            RawPath.EMPTY,
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty());
    return new StoredCheckpoint.Complete(manifest, false);
  }

  private OwnFolders search(Path path, StoredCheckpoint checkpoint) {
    OwnFolderSearch search = new OwnFolderSearch(raw(top));
    search.lookForStore(raw(path), checkpoint);
    return search.result();
  }

  private static RawPath raw(Path path) {
    return RawPath.of(path.toString());
  }

  @Test
  void aStoreIsToldByPathAndInode() {
    OwnFolders own = search(store, complete());
    assertThat(own.paths()).containsExactly(RawPath.of("store"));
    assertThat(own.inodes()).containsExactly(Fd.stat(raw(store)).key());
    assertThat(own.missing()).isEmpty();
  }

  @Test
  void whatALinkLeadsIntoTheTreeIsOurs() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), top);
    OwnFolders own = search(link.resolve("store"), complete());
    assertThat(own.paths()).containsExactly(RawPath.of("store"));
    assertThat(own.contain(Fd.stat(raw(store)))).isTrue();
  }

  @Test
  void aStoreThatWasRenamedIsMissing() throws IOException {
    Files.move(store, top.resolve("elsewhere"));
    assertThat(search(store, complete()).missing())
        .containsExactly("checkpoint " + ID + " in " + store);
  }

  @Test
  void aDecoyIsNotTakenForAStore() throws IOException {
    Files.move(store, top.resolve("elsewhere"));
    Files.createDirectory(store);
    assertThat(search(store, complete()).missing()).hasSize(1);

    Files.createDirectory(store.resolve(ID));
    Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(search(store, complete()).missing()).hasSize(1);
  }

  @Test
  void ofAnInterruptedCheckpointNothingNeedBeThere() throws IOException {
    Files.delete(store.resolve(ID));
    StoredCheckpoint broken =
        new StoredCheckpoint.Broken(ID, Optional.empty(), new DamagedException("broken", ""));
    OwnFolders own = search(store, broken);
    assertThat(own.missing()).isEmpty();
    assertThat(own.inodes()).hasSize(1);
  }

  @Test
  void aStoreElsewhereMayBeGone() {
    assertThat(search(folder.resolve("other"), complete()).missing()).isEmpty();
  }
}
