package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.MountInfo;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Assessment.Fits;
import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.Assessment.Unfit;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.Volume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Whether a tree can be copied to where the user wants it, and what is in the way if not. */
final class RsyncProbe {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Types of filesystem that have ioctl_ficlone(2), unless they were made without. */
  private static final Set<String> CLONING = Set.of("xfs", "btrfs", "bcachefs", "ocfs2");

  private final Target target;
  private final Settings settings;

  RsyncProbe(Target target, Settings settings) {
    this.target = target;
    this.settings = settings;
  }

  Assessment assess() {
    try (Tree tree = Tree.open(target.path())) {
      Destination destination = Destination.of(settings);
      Optional<Unfit> obstacle =
          Stream.<Function<Tree, Optional<Unfit>>>of(
                  any -> noRsync(),
                  any -> readOnly(),
                  this::notReadable,
                  any -> notComplete(),
                  live ->
                      destination.host().isPresent()
                          ? noHost(destination.host().get())
                          : new DestinationCheck(target, destination).obstacle(live))
              .flatMap(check -> check.apply(tree).stream())
              .findFirst();
      return obstacle.isPresent() ? obstacle.get() : fits(tree, destination);
    } catch (PermissionException e) {
      return new Unfit(e.getMessage() + "; " + e.advice(), Obstacle.PERMISSION);
    } catch (OrchestrateException e) {
      return new Unfit(e.getMessage() + (e.advice().isEmpty() ? "" : "; " + e.advice()));
    }
  }

  private Fits fits(Tree tree, Destination destination) {
    return new Fits(
        List.of(new Volume(RawPath.EMPTY, tree.top().stat().device())),
        destination.host().isPresent()
            ? EnumSet.of(Capability.STAGES_CONTENTS, Capability.ROLLS_BACK)
            : EnumSet.of(Capability.STAGES_CONTENTS, Capability.RECEIVES, Capability.ROLLS_BACK),
        notes(tree, destination));
  }

  private static Optional<Unfit> noRsync() {
    return ExternalProgram.find("rsync").isPresent()
        ? Optional.empty()
        : Optional.of(
            new Unfit("rsync is not installed; install the package: apt-get install rsync"));
  }

  private Optional<Unfit> readOnly() {
    RawPath point = target.mount().point();
    return target.mount().readOnly()
        ? Optional.of(
            new Unfit(
                "%s is mounted read-only, so that unlinked files can't get a name; remount it read-write: mount -o remount,rw %s"
                    .formatted(point, point)))
        : Optional.empty();
  }

  private Optional<Unfit> notReadable(Tree tree) {
    if (Rights.toRead(tree.top().stat())) {
      return Optional.empty();
    }
    return Optional.of(
        new Unfit(
            "%s belongs to user %d; run as that user, as root or with CAP_DAC_READ_SEARCH"
                .formatted(target.path(), tree.top().stat().user()),
            Obstacle.PERMISSION));
  }

  private Optional<Unfit> notComplete() {
    return Rights.missing()
        .map(
            missing ->
                new Unfit(
                    "root without " + missing + " can't keep all that files have; run with it",
                    Obstacle.PERMISSION));
  }

  /** Asks the host for the folder's mode, which also tells whether others can write to it. */
  private static Optional<Unfit> noHost(String host) {
    String list =
        Rsync.anywhere()
            .and("--list-only", "--dirs", "--exclude=*")
            .within(PATIENCE)
            .output(Destination.below(host, ""));
    String mode = list.lines().findFirst().orElse("");
    return mode.matches("d....w.*|d.......w.*")
        ? Optional.of(
            new Unfit(
                "others than the owner can write to %s; forbid it: chmod go-w"
                    .formatted(RawPath.printable(host)),
                Obstacle.PERMISSION))
        : Optional.empty();
  }

  private List<String> notes(Tree tree, Destination destination) {
    List<String> notes = new ArrayList<>();
    notes.add("a copy in " + destination + "; files that did not change are shared with the last");
    if (mayCloneInto(destination, tree)) {
      notes.add("files share their blocks with the copies, as both are on one filesystem");
    }
    if (!Dating.isReliable(target)) {
      notes.add(
          target.mount().type()
              + " does not date every change: all contents are compared while the processes are frozen");
    }
    destination
        .host()
        .ifPresent(host -> notes.add("whether there is room on the other host is not checked"));
    if (!Rights.toKeepOwners()) {
      notes.add(
          "without root the copies of other users' files become yours, and device nodes are left out");
    }
    notes.addAll(otherFilesystems());
    return List.copyOf(notes);
  }

  /** Found out without a trace: whether it really can is known when the copy is begun. */
  private boolean mayCloneInto(Destination destination, Tree tree) {
    if (destination.host().isPresent() || !CLONING.contains(target.mount().type())) {
      return false;
    }
    return DestinationFolder.openIfThere(destination.folder())
        .filter(
            folder -> {
              try (folder) {
                return Clones.areOnOneFilesystem(tree, folder);
              }
            })
        .isPresent();
  }

  private List<String> otherFilesystems() {
    return MountInfo.ofSelf().stream()
        .map(MountInfo::point)
        .filter(point -> point.isBelow(target.path()) && !point.equals(target.path()))
        .distinct()
        .filter(this::isAnotherFilesystem)
        .map(point -> point + " is left out, as another filesystem is mounted there")
        .toList();
  }

  private boolean isAnotherFilesystem(RawPath point) {
    try (Directory here = Directory.open(point);
        Directory top = Directory.open(target.path())) {
      return here.stat().device() != top.stat().device();
    } catch (SystemCallException e) {
      return !e.is(Errno.ENOENT, Errno.ENOTDIR); // hidden by another mount, or a file
    }
  }
}
