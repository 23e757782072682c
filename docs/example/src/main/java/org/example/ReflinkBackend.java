package org.example;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.NoSpaceException;
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
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.pf4j.Extension;

/** Copies of a tree that share its blocks, in the folder .copies of the tree itself. */
@Extension
public final class ReflinkBackend implements SnapshotBackend {
  private static final RawPath COPIES = RawPath.of(".copies");
  private static final Set<String> KINDS = Set.of("xfs", "bcachefs");
  private static final String COPY_INTO =
      " -exec cp --archive --one-file-system --reflink=always --target-directory=% {} +";

  @Override
  public String name() {
    return "reflink";
  }

  @Override
  public String description() {
    return "copies that share blocks, on xfs and bcachefs";
  }

  @Override
  public Assessment probe(Target target, Settings settings) {
    if (!KINDS.contains(target.mount().type()) || target.mount().readOnly()) {
      return new Assessment.Unfit(target.path() + " is read-only, or no xfs or bcachefs");
    }
    if (SystemCalls.userId() != 0) {
      return new Assessment.Unfit(
          "to copy files of any owner, run as root", Assessment.Obstacle.PERMISSION);
    }
    try (Directory top = Directory.open(target.path())) {
      return new Assessment.Fits(
          List.of(new Volume(RawPath.EMPTY, top.stat().device())),
          Set.of(Capability.SHARES_BLOCKS, Capability.ROLLS_BACK),
          List.of("every file is visited while the processes are frozen"));
    }
  }

  @Override
  public SnapshotReference locate(SnapshotRequest request) {
    Map<String, String> where = Map.of("target", request.target().path().text());
    return new SnapshotReference(name(), request.id(), where);
  }

  @Override
  public void prepare(SnapshotReference reference, SnapshotRequest request, Progress progress) {
    run("mkdir -p -m 700 %", folder(reference));
  }

  @Override
  public void take(SnapshotReference reference) {
    copy(target(reference), folder(reference).resolve("tree"));
  }

  @Override
  public void seal(SnapshotReference reference, Sealing sealing) {
    try (Directory top = Directory.open(folder(reference).resolve("tree"))) {
      sealing.writeManifest(top);
      top.fd().syncFilesystem();
    }
  }

  @Override
  public View mount(SnapshotReference reference, String viewId) {
    RawPath view = folder(reference).resolve("view-" + viewId);
    copy(folder(reference).resolve("tree"), view);
    return new View(view);
  }

  @Override
  public void unmount(SnapshotReference reference, String viewId) {
    run("rm -rf --one-file-system %", folder(reference).resolve("view-" + viewId));
  }

  @Override
  public Optional<RawPath> store(SnapshotReference reference) {
    return Optional.of(target(reference).resolve(COPIES));
  }

  @Override
  public void delete(SnapshotReference reference) {
    run("rm -rf --one-file-system %", folder(reference));
  }

  private static RawPath target(SnapshotReference reference) {
    return RawPath.of(reference.attribute("target"));
  }

  private static RawPath folder(SnapshotReference reference) {
    return target(reference).resolve(COPIES).resolve(reference.id());
  }

  private static void copy(RawPath from, RawPath to) {
    run("mkdir %", to);
    run("find % -mindepth 1 -maxdepth 1 ! -name .copies" + COPY_INTO, from, to);
    run("chown --reference=% %", from, to);
    run("chmod --reference=% %", from, to);
  }

  /** Runs a program; each % stands for a path. Names within the tree never pass through here. */
  private static void run(String command, RawPath... paths) {
    Iterator<RawPath> path = List.of(paths).iterator();
    List<String> words =
        Stream.of(command.split(" "))
            .map(word -> word.endsWith("%") ? word.replace("%", path.next().text()) : word)
            .toList();
    ExternalProgram.Result result = ExternalProgram.run(Duration.ofHours(1), words);
    String error = result.err().lines().findFirst().orElse(words.get(0) + " failed");
    if (error.endsWith("No space left on device")) {
      throw new NoSpaceException(error, "free some space");
    } else if (result.status() != 0) {
      throw new NotSupportedException(error, "");
    }
  }
}
