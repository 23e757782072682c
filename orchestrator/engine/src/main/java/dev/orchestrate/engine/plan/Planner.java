package dev.orchestrate.engine.plan;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.Target;
import dev.orchestrate.spi.Volume;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Chooses a backend for a request. */
public final class Planner {
  private final Backends backends;

  public Planner(Backends backends) {
    this.backends = backends;
  }

  /**
   * Takes the backend that the request names, or the one that fits with the best {@link Advantage}.
   *
   * @throws NotFoundException if there is no such path or no such backend
   * @throws NotSupportedException if the backend, or every backend, is not for this target
   * @throws PermissionException if one would fit, had the caller the right that the message names
   * @throws NoSpaceException if one would fit, were there more space
   */
  public Plan plan(CheckpointRequest request) {
    Target target = TargetFinder.find(request.path());
    List<Candidate> fitting =
        fitting(
            target,
            candidates(request.backend())
                .map(one -> new Candidate(one, one.probe(target, request.settings())))
                .toList());
    Candidate best = fitting.get(0);
    return new Plan(
        request,
        target,
        best.backend(),
        best.fit().orElseThrow(),
        fitting.stream().skip(1).map(one -> one.backend().name()).toList());
  }

  /**
   * Plans checkpoints that are to be of one moment, each with the backend that fits it.
   *
   * @param requests which differ by their paths only
   * @throws IllegalArgumentException if two paths lead to the same directory
   * @throws ConflictException if what one stores is part of another
   * @throws OrchestrateException as {@link #plan}
   */
  public List<Plan> planSet(List<CheckpointRequest> requests) {
    List<Plan> plans = new ArrayList<>();
    for (CheckpointRequest request : requests) {
      Plan plan = plan(request);
      plans.forEach(other -> requireApart(other, plan));
      plans.add(plans.isEmpty() ? plan : plan.by(backends.another(plan.backend())));
    }
    return plans;
  }

  private static void requireApart(Plan one, Plan other) {
    RawPath first = one.target().path();
    RawPath second = other.target().path();
    if (first.equals(second)) {
      throw new IllegalArgumentException(second + ": is there twice");
    }
    Set<Long> devices = devices(one);
    devices.retainAll(devices(other));
    if (!devices.isEmpty()) {
      throw new ConflictException(
          first + " and " + second + ": are parts of one filesystem, which is snapshotted once",
          "give only the one that contains the other, or the filesystem's top");
    }
  }

  private static Set<Long> devices(Plan plan) {
    return plan.fit().volumes().stream().map(Volume::device).collect(Collectors.toSet());
  }

  /**
   * Chooses a backend in the same way for a checkpoint that comes from elsewhere.
   *
   * @param backend its name; empty for the best that fits and can do that
   * @throws OrchestrateException as {@link #plan}
   */
  public SnapshotBackend receiver(Target target, Optional<String> backend, Settings settings) {
    return fitting(
            target,
            candidates(backend)
                .map(one -> new Candidate(one, one.probeReceiving(target, settings)))
                .toList())
        .get(0)
        .backend();
  }

  /**
   * The backend by which another host has stored a checkpoint in a filesystem of several hosts.
   *
   * @param target where that is mounted here
   * @throws OrchestrateException as {@link #plan}
   */
  public SnapshotBackend borrower(Target target, String name, Settings settings) {
    SnapshotBackend backend = backends.byName(name);
    fitting(target, List.of(new Candidate(backend, backend.probe(target, settings))));
    return backend;
  }

  private Stream<SnapshotBackend> candidates(Optional<String> name) {
    return name.map(one -> Stream.of(backends.byName(one)))
        .orElseGet(() -> backends.all().stream());
  }

  /** Those that fit, the best first; not empty. */
  private static List<Candidate> fitting(Target target, List<Candidate> assessed) {
    List<Candidate> fitting =
        assessed.stream()
            .filter(one -> one.fit().isPresent())
            .sorted(Comparator.comparing(one -> Advantage.of(one.fit().orElseThrow())))
            .toList();
    if (fitting.isEmpty()) {
      throw nothingFits(target, assessed);
    }
    return fitting;
  }

  /** The nearer a backend is to fitting, the more a user can do about it. */
  private static OrchestrateException nothingFits(Target target, List<Candidate> assessed) {
    if (assessed.isEmpty()) {
      return new NotSupportedException(
          target.path() + ": no backend is installed", "put a plugin into the plugins folder");
    }
    String reasons = assessed.stream().map(Candidate::reason).collect(Collectors.joining("; "));
    String advice = "see which backends fit: orchestrate backends " + target.path();
    Set<Obstacle> obstacles =
        assessed.stream().flatMap(one -> one.obstacle().stream()).collect(Collectors.toSet());
    if (obstacles.contains(Obstacle.SPACE)) {
      return new NoSpaceException(reasons, advice);
    }
    return obstacles.contains(Obstacle.PERMISSION)
        ? new PermissionException(reasons, advice)
        : new NotSupportedException(reasons, advice);
  }

  private record Candidate(SnapshotBackend backend, Assessment assessment) {
    Optional<Assessment.Fits> fit() {
      return assessment instanceof Assessment.Fits fit ? Optional.of(fit) : Optional.empty();
    }

    Optional<Obstacle> obstacle() {
      return assessment instanceof Assessment.Unfit unfit
          ? Optional.of(unfit.obstacle())
          : Optional.empty();
    }

    String reason() {
      return assessment instanceof Assessment.Unfit unfit
          ? "backend " + backend.name() + ": " + unfit.reason()
          : "";
    }
  }
}
