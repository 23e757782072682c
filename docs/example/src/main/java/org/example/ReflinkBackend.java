package org.example;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.View;
import dev.orchestrate.spi.Volume;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.pf4j.Extension;

/** Copies of a tree that share its blocks, in the folder .copies of the tree itself. */
@Extension
public final class ReflinkBackend implements SnapshotBackend {
  private static final RawPath COPIES = RawPath.of(".copies");
  private static final Set<String> KINDS = Set.of("xfs", "bcachefs");

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
      return new Assessment.Unfit("to copy files of any owner, run as root", Obstacle.PERMISSION);
    }
    try (Directory top = Directory.open(target.path())) {
      return new Assessment.Fits(
          List.of(new Volume(RawPath.EMPTY, top.stat().device())),
          Set.of(Capability.SHARES_BLOCKS),
          List.of("every file is visited while the processes are frozen"));
    }
  }

  @Override
  public SnapshotReference locate(SnapshotRequest request) {
    Map<String, String> where = Map.of("target", request.target().path().text());
    return new SnapshotReference(name(), request.id(), where);
  }

  @Override
  public void prepare(SnapshotReference reference, SnapshotRequest request) {
    run("mkdir", "-p", "-m", "700", folder(reference).text());
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
    run("rm", "-rf", "--one-file-system", folder(reference).resolve("view-" + viewId).text());
  }

  @Override
  public void delete(SnapshotReference reference) {
    RawPath copies = folder(reference).parent();
    run("mkdir", "-p", copies.text());
    run("rm", "-rf", "--one-file-system", folder(reference).text());
    run("rmdir", "--ignore-fail-on-non-empty", copies.text());
  }

  private static RawPath target(SnapshotReference reference) {
    return RawPath.of(reference.attribute("target"));
  }

  /** The manifest may have been edited by hand, and what this names is removed. */
  private static RawPath folder(SnapshotReference reference) {
    if (!reference.id().matches("[0-9a-f]{12}")) {
      throw new NotSupportedException("not an id: " + reference.id(), "restore the manifest");
    }
    return target(reference).resolve(COPIES).resolve(reference.id());
  }

  /** The names in the tree may be of any bytes, as find(1) hands them on. */
  private static void copy(RawPath from, RawPath to) {
    run("mkdir", to.text());
    String[] entries = {"-mindepth", "1", "-maxdepth", "1", "!", "-name", ".copies"};
    String[] cp = {"-exec", "cp", "--archive", "--one-file-system", "--reflink=always"};
    String[] into = {"--target-directory=" + to.text(), "{}", "+"};
    run(
        Stream.of(new String[] {"find", from.text()}, entries, cp, into)
            .flatMap(Stream::of)
            .toArray(String[]::new));
    run("chown", "--reference=" + from, to.text());
    run("chmod", "--reference=" + from, to.text());
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
      if (process.waitFor() != 0) {
        throw new NotSupportedException(command[0] + " failed", "see its message above");
      }
    } catch (IOException e) {
      throw new NotSupportedException(command[0] + ": " + e.getMessage(), "install coreutils", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotSupportedException(command[0] + " was interrupted", "try again", e);
    }
  }
}
