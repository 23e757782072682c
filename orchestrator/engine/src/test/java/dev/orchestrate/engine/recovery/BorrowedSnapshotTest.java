package dev.orchestrate.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.catalog.StoredView;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint only refers to is nobody's to remove, whatever becomes of the checkpoint. */
class BorrowedSnapshotTest {
  private static final String ID = "0123456789ab";
  private static final SnapshotReference OWN =
      new SnapshotReference("shared", ID, Map.of("where", "on a server"));
  private static final SnapshotReference BORROWED = OWN.borrowed();

  private final List<String> asked = new ArrayList<>();

  /** Notes what it is asked for. */
  private final SnapshotBackend backend =
      (SnapshotBackend)
          Proxy.newProxyInstance(
              SnapshotBackend.class.getClassLoader(),
              new Class<?>[] {SnapshotBackend.class},
              (proxy, method, arguments) -> {
                asked.add(method.getName());
                return null;
              });

  private Catalog catalog;

  @BeforeEach
  void makeCatalog(@TempDir Path folder) {
    catalog = new Catalog(RawPath.of(folder.toString()));
  }

  private static Entry.Begun begun(SnapshotReference reference) {
    return new Entry.Begun(
        ID,
        Optional.empty(),
        Instant.EPOCH,
        RawPath.of("/srv/shared"),
        "nfs4",
        true,
        reference.backend(),
        RawPath.of("lost+found/checkpoint/" + ID),
        List.of(),
        Manifest.attributesOf(reference));
  }

  private void addView() {
    catalog.views().add(StoredView.begun("ba9876543210", ID, Optional.empty()));
  }

  @Test
  void theMarkIsKeptWithTheReference() {
    assertThat(OWN.isBorrowed()).isFalse();
    assertThat(begun(BORROWED).snapshotReference()).isEqualTo(BORROWED);
    assertThat(begun(BORROWED).snapshotReference().isBorrowed()).isTrue();
  }

  @Test
  void whatIsUndoneRemovesOnlyItsOwn() {
    Undo.of(List.of(begun(BORROWED)), name -> backend);
    assertThat(asked).isEmpty();

    Undo.of(List.of(begun(OWN)), name -> backend);
    assertThat(asked).containsExactly("delete");
  }

  @Test
  void whatIsDeletedRemovesItsViewsAndLeavesWhatTheyShow() {
    addView();

    new Deletion(catalog, ID).complete(Optional.of(BORROWED), name -> backend);

    assertThat(asked).containsExactly("unmount");
    assertThat(catalog.views().all()).isEmpty();
  }

  @Test
  void whatIsItsOwnIsDeletedWithItsViews() {
    addView();

    new Deletion(catalog, ID).complete(Optional.of(OWN), name -> backend);

    assertThat(asked).containsExactly("delete");
  }

  private static Manifest manifest(SnapshotReference reference) {
    return new Manifest(
        Manifest.VERSION,
        ID,
        Optional.empty(),
        Instant.EPOCH,
        reference.backend(),
        new Manifest.TargetRecord(
            RawPath.of("/srv/shared"), RawPath.ROOT, "nfs4", RawPath.of("server:/")),
        Manifest.attributesOf(reference),
        RawPath.of("lost+found/checkpoint/" + ID + "/manifest.json"),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  private StoredCheckpoint listed(SnapshotReference begun, SnapshotReference complete) {
    Manifest manifest = manifest(complete);
    try (Journal journal = catalog.begin(begun(begun))) {
      catalog.complete(manifest, ManifestFormat.write(manifest));
      journal.finish();
    }
    return catalog.find(ID);
  }

  @Test
  void aManifestWithoutTheMarkMakesNobodyTheOwner() {
    StoredCheckpoint stored = listed(BORROWED, OWN);

    assertThatThrownBy(stored::manifest)
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("takes for its own what belongs to another checkpoint");
    assertThat(stored.snapshotReference()).contains(BORROWED);
  }

  @Test
  void aManifestWithTheMarkIsListed() {
    assertThat(listed(BORROWED, BORROWED).manifest()).isEqualTo(manifest(BORROWED));
  }

  @Test
  void withoutAViewTheFilesystemNeedNotBeThere() {
    new Deletion(catalog, ID).requireReachable(BORROWED, backend);
    assertThat(asked).isEmpty();

    addView();
    new Deletion(catalog, ID).requireReachable(BORROWED, backend);
    assertThat(asked).containsExactly("requireReachable");
  }
}
