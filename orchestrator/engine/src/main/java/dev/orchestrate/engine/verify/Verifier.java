package dev.orchestrate.engine.verify;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.CheckpointFolder;
import dev.orchestrate.engine.catalog.ManifestSeal;
import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.verify.Verification.Difference;
import dev.orchestrate.engine.view.StoredTree;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.SnapshotBackend;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells whether a checkpoint is still what it was. The manifest's checksum is kept from the
 * beginning; those of the files once somebody asked for them, as all data has to be read for them.
 */
public final class Verifier {
  private final Catalog catalog;
  private final Cancellation cancellation;
  private final Progress progress;

  public Verifier(Catalog catalog, Cancellation cancellation, Progress progress) {
    this.catalog = catalog;
    this.cancellation = cancellation;
    this.progress = progress;
  }

  /**
   * Asked before a checkpoint whose files are to have checksums.
   *
   * @throws NotSupportedException if what will be stored is the live tree
   */
  public static void requireStored(Plan plan) {
    if (plan.fit().capabilities().contains(Capability.KEEPS_RELINKS)) {
      throw storesNothing(plan.target().path().toString(), plan.backend());
    }
  }

  /**
   * Reads the stored files through a view and keeps their checksums in the state directory.
   *
   * @throws dev.orchestrate.spi.ConflictException if there are some already: they are not replaced
   *     by those of files that may have changed since
   * @throws NotSupportedException if what is stored is the live tree
   */
  public Verification record(Manifest manifest, SnapshotBackend backend) {
    try (Directory entry = CheckpointFolder.open(catalog, manifest.id())) {
      ChecksumFile file = new ChecksumFile(entry, manifest.id());
      ChecksumFile.Summary summary = file.write(add -> readView(manifest, backend, add));
      return new Verification(summary.entries(), summary.bytes(), summary.checksum(), 0);
    }
  }

  /**
   * Compares manifest and files with their checksums.
   *
   * @param differences told of each, in the order of the paths
   * @throws NotFoundException if the manifest is as it was, and no checksums of the files are kept
   * @throws dev.orchestrate.spi.DamagedException if the checksums themselves can't be trusted
   * @throws NotSupportedException if what is stored is the live tree
   */
  public Verification verify(
      Manifest manifest, SnapshotBackend backend, Consumer<Difference> differences) {
    try (Directory entry = CheckpointFolder.open(catalog, manifest.id())) {
      ChecksumFile file = new ChecksumFile(entry, manifest.id());
      List<String> ofManifest = ManifestSeal.differences(entry);
      if (!ofManifest.isEmpty()) {
        differences.accept(new Difference(catalog.manifestFile(manifest.id()), ofManifest));
      } else if (!file.exists()) {
        throw new NotFoundException(
            "checkpoint "
                + manifest.id()
                + ": its manifest is as it was, and no checksums of its files are kept",
            "record them: orchestrate verify --record " + manifest.id());
      }
      long found = ofManifest.isEmpty() ? 0 : 1;
      if (!file.exists()) {
        return new Verification(0, 0, "", found);
      }
      ChecksumFile.Summary summary = file.check();
      progress.expect(summary.bytes());
      try (Comparison comparison = new Comparison(file.recorded(), differences)) {
        readView(manifest, backend, comparison::add);
        found += comparison.finish();
      }
      return new Verification(summary.entries(), summary.bytes(), summary.checksum(), found);
    }
  }

  private void readView(Manifest manifest, SnapshotBackend backend, Consumer<Checksum> consumer) {
    cancellation.check();
    try (StoredTree stored =
            StoredTree.open(
                catalog,
                backend,
                manifest,
                () -> storesNothing("checkpoint " + manifest.id(), backend));
        TreeReader reader = new TreeReader(stored.top(), cancellation, progress::advance)) {
      reader.read(consumer);
    } catch (SystemCallException e) {
      throw Failures.of(e, "reading checkpoint " + manifest.id(), "CAP_DAC_READ_SEARCH");
    }
  }

  private static NotSupportedException storesNothing(String what, SnapshotBackend backend) {
    return new NotSupportedException(
        what
            + ": no checksums, as "
            + backend.name()
            + " stores no copy: the files stay in the live tree, where programs change them",
        "choose a backend that stores them; see: orchestrate backends PATH");
  }

  /** Recorded checksums beside those of now; both come in the same order. */
  private static final class Comparison implements AutoCloseable {
    private final ChecksumFile.Recorded recorded;
    private final Consumer<Difference> differences;
    private long found;

    Comparison(ChecksumFile.Recorded recorded, Consumer<Difference> differences) {
      this.recorded = recorded;
      this.differences = differences;
    }

    void add(Checksum now) {
      Optional<Checksum> before = recorded.peek();
      while (before.isPresent() && Checksum.compare(before.get().path(), now.path()) < 0) {
        missing(before.get());
        before = recorded.peek();
      }
      if (before.isPresent() && before.get().path().equals(now.path())) {
        differ(now.path(), before.get().differences(now));
        recorded.skip();
      } else {
        differ(now.path(), List.of("added"));
      }
    }

    long finish() {
      for (Optional<Checksum> left = recorded.peek(); left.isPresent(); left = recorded.peek()) {
        missing(left.get());
      }
      return found;
    }

    private void missing(Checksum checksum) {
      differ(checksum.path(), List.of("missing"));
      recorded.skip();
    }

    private void differ(RawPath path, List<String> what) {
      if (!what.isEmpty()) {
        found++;
        differences.accept(new Difference(path.isEmpty() ? RawPath.of(".") : path, what));
      }
    }

    @Override
    public void close() {
      recorded.close();
    }
  }
}
