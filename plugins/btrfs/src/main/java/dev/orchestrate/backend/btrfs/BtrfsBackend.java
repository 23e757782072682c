package dev.orchestrate.backend.btrfs;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.View;
import dev.orchestrate.spi.Volume;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pf4j.Extension;

/** Snapshots of btrfs subvolumes, with those nested in them. */
@Extension
public final class BtrfsBackend implements SnapshotBackend {
  static final String NAME = "btrfs";

  private final Map<SnapshotReference, OpenVolumes> prepared = new HashMap<>();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "snapshots of btrfs subvolumes; needs to own the subvolume, or root";
  }

  @Override
  public Assessment probe(Target target, Settings settings) {
    return new BtrfsProbe(target, settings).assess();
  }

  @Override
  public SnapshotReference locate(SnapshotRequest request) {
    StoredSnapshot stored = plan(request.target(), request.id(), request.settings());
    CheckpointFolder.requireNone(stored);
    return stored.reference();
  }

  @Override
  public void prepare(SnapshotReference reference, SnapshotRequest request, Progress progress) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    CheckpointFolder.make(stored);
    OpenVolumes volumes = OpenVolumes.of(stored);
    prepared.put(reference, volumes);
    volumes.writeBack();
  }

  @Override
  public void take(SnapshotReference reference) {
    try (OpenVolumes volumes = preparedOrOpened(reference)) {
      volumes.snapshotWritableOnes();
    }
  }

  @Override
  public void seal(SnapshotReference reference, Sealing sealing) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    try (Directory folder = CheckpointFolder.open(stored)) {
      new Seal(stored, folder, sealing).apply();
    }
  }

  @Override
  public SnapshotReference locateReceived(SnapshotRequest request) {
    StoredSnapshot stored =
        plan(request.target(), request.id(), request.settings()).with(List.of(RawPath.EMPTY));
    CheckpointFolder.requireNone(stored);
    return stored.reference();
  }

  @Override
  public Directory receive(SnapshotReference reference) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    CheckpointFolder.make(stored);
    RawPath name = StoredSnapshot.snapshotName(0);
    try (Directory folder = CheckpointFolder.open(stored)) {
      BtrfsIoctl.create(folder, name);
      Directory top = folder.openDirectory(name);
      top.fd().prepared(made -> made.setPermissions(0700));
      return top;
    } catch (SystemCallException e) {
      throw Failures.of(e, "making the subvolume", "");
    }
  }

  @Override
  public Directory receive(SnapshotReference reference, SnapshotReference parent) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    StoredSnapshot from = StoredSnapshot.of(parent);
    requireCopyable(from, stored);
    CheckpointFolder.make(stored);
    RawPath name = StoredSnapshot.snapshotName(0);
    try (Directory source = CheckpointFolder.open(from);
        Directory folder = CheckpointFolder.open(stored)) {
      new ViewTree(from, source, name).makeIn(folder);
      return folder.openDirectory(name);
    } catch (SystemCallException e) {
      throw Failures.of(e, "opening the copy of the parent", "");
    }
  }

  private static void requireCopyable(StoredSnapshot from, StoredSnapshot to) {
    String advice = "have the whole checkpoint sent, without --parent";
    if (!from.filesystem().equals(to.filesystem())) {
      throw new NotSupportedException(
          "checkpoint " + from.id() + " is stored on another btrfs: " + from.folder(),
          "receive into a folder on that, or " + advice);
    }
    if (from.volumes().size() > 1) {
      throw new NotSupportedException(
          "checkpoint " + from.id() + " has nested subvolumes, which no copy can be made of",
          advice);
    }
  }

  @Override
  public View mount(SnapshotReference reference, String viewId) {
    StoredSnapshot stored = StoredSnapshot.of(reference);
    try (Directory folder = CheckpointFolder.open(stored)) {
      return new ViewTree(stored, folder, StoredSnapshot.viewName(viewId)).make();
    }
  }

  @Override
  public void unmount(SnapshotReference reference, String viewId) {
    CheckpointFolder.openIfThere(StoredSnapshot.of(reference))
        .ifPresent(
            opened -> {
              try (Directory folder = opened) {
                Removal.remove(folder, StoredSnapshot.viewName(viewId));
                // or it would be back after a power failure, when nobody knows of it any more
                BtrfsIoctl.commit(folder.fd());
              }
            });
  }

  @Override
  public Optional<RawPath> store(SnapshotReference reference) {
    return Optional.of(StoredSnapshot.of(reference).folder());
  }

  /** A snapshot that somebody removed is no obstacle; one whose filesystem is not mounted is. */
  @Override
  public void requireReachable(SnapshotReference reference) {
    CheckpointFolder.openIfThere(StoredSnapshot.of(reference)).ifPresent(Directory::close);
  }

  @Override
  public void delete(SnapshotReference reference) {
    forget(reference);
    CheckpointFolder.remove(StoredSnapshot.of(reference));
  }

  private static StoredSnapshot plan(Target target, String id, Settings settings) {
    RawPath folder = SnapshotFolder.pathFor(target, settings);
    Optional<Stat> existing = SnapshotFolder.find(folder);
    try (Directory top = Directory.open(target.path())) {
      List<RawPath> volumes = new ArrayList<>(List.of(RawPath.EMPTY));
      for (Volume nested : NestedSubvolumes.below(top, existing).volumes()) {
        volumes.add(nested.path());
      }
      return new StoredSnapshot(
          id,
          target.path(),
          folder,
          existing.isEmpty() || folder.name().equals(SnapshotFolder.DEFAULT_NAME),
          BtrfsIoctl.filesystemUuid(top.fd()),
          volumes);
    }
  }

  private OpenVolumes preparedOrOpened(SnapshotReference reference) {
    OpenVolumes kept = prepared.remove(reference);
    return kept != null ? kept : OpenVolumes.of(StoredSnapshot.of(reference));
  }

  private void forget(SnapshotReference reference) {
    OpenVolumes kept = prepared.remove(reference);
    if (kept != null) {
      kept.close();
    }
  }
}
