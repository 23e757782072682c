package dev.orchestrate.engine.retention;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.catalog.Labels;
import dev.orchestrate.engine.catalog.StoredCheckpoint;
import dev.orchestrate.engine.recovery.Deletion;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.NotFoundException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Applies a {@link Retention} to the catalog. Deletes nothing itself. */
public final class Pruning {
  private final Catalog catalog;
  private final Labels labels;
  private final RetentionRules rules;
  private final ZoneId zone;

  public Pruning(Catalog catalog, RetentionRules rules, ZoneId zone) {
    this.catalog = catalog;
    this.labels = new Labels(catalog);
    this.rules = rules;
    this.zone = zone;
  }

  /**
   * What becomes of a checkpoint.
   *
   * @param reasons why it is kept, for people; empty if it is not
   */
  public record Fate(StoredCheckpoint checkpoint, RawPath target, List<String> reasons) {
    public boolean isKept() {
      return !reasons.isEmpty();
    }
  }

  /**
   * One for each checkpoint, by path, the newest first. What is not whole, or is going to be
   * removed or made by another command, is left alone, and counts for no rule. A set is kept as a
   * whole if one of its checkpoints is kept.
   *
   * @param path of what the checkpoints, or others of their sets, are; empty for all
   * @throws NotFoundException if there is none of this path
   */
  public List<Fate> fates(Optional<RawPath> path) {
    List<Fate> fates = SetFates.together(fatesOfAll());
    if (path.isEmpty()) {
      return fates;
    }
    RawPath wanted = realPath(path.get());
    List<Fate> ofPath = SetFates.of(wanted, fates);
    if (ofPath.isEmpty()) {
      throw new NotFoundException(
          wanted + ": there is no checkpoint of this path", "see: orchestrate list");
    }
    return ofPath;
  }

  private List<Fate> fatesOfAll() {
    List<Fate> fates = new ArrayList<>();
    Map<String, StoredCheckpoint> eligible = new HashMap<>();
    List<Retention.Candidate> candidates = new ArrayList<>();
    for (StoredCheckpoint one : catalog.list()) {
      RawPath target = targetOf(one);
      Optional<String> unfit = whyLeftAlone(one);
      if (unfit.isPresent()) {
        fates.add(new Fate(one, target, List.of(unfit.get())));
      } else {
        eligible.put(one.id(), one);
        candidates.add(
            new Retention.Candidate(one.id(), target, one.created(), Set.copyOf(tagsOf(one))));
      }
    }
    for (Retention.Decision decision : new Retention(rules, zone).decide(candidates)) {
      fates.add(fate(eligible.get(decision.candidate().id()), decision));
    }
    fates.sort(
        Comparator.comparing(Fate::target)
            .thenComparing(one -> one.checkpoint().created(), Comparator.reverseOrder()));
    return fates;
  }

  private Fate fate(StoredCheckpoint checkpoint, Retention.Decision decision) {
    List<String> reasons = new ArrayList<>(decision.reasons());
    if (!rules.tags().isEmpty() && labels.of(checkpoint.id()).isEmpty()) {
      reasons.add("its tags can't be read");
    }
    new Deletion(catalog, checkpoint.id())
        .use()
        .ifPresent(use -> reasons.add(use.getMessage().replaceFirst("^checkpoint \\w+: ", "")));
    return new Fate(checkpoint, decision.candidate().target(), List.copyOf(reasons));
  }

  private Optional<String> whyLeftAlone(StoredCheckpoint checkpoint) {
    if (catalog.journals().isWorkedOn(checkpoint.id()) || !catalog.has(checkpoint.id())) {
      return Optional.of("a command is at work on it, or was interrupted");
    }
    return checkpoint instanceof StoredCheckpoint.Broken
        ? Optional.of("is incomplete; see: orchestrate show " + checkpoint.id())
        : Optional.empty();
  }

  private List<String> tagsOf(StoredCheckpoint checkpoint) {
    return labels.of(checkpoint.id()).orElse(Label.NONE).tags();
  }

  private static RawPath targetOf(StoredCheckpoint checkpoint) {
    if (checkpoint instanceof StoredCheckpoint.Broken broken) {
      return broken.begun().map(begun -> begun.target()).orElse(RawPath.EMPTY);
    }
    return checkpoint.manifest().target().path();
  }

  /** Of what is not there any more, as it was typed. */
  private static RawPath realPath(RawPath path) {
    try (Directory directory = Directory.openFollowing(path)) {
      return directory.fd().kernelPath();
    } catch (SystemCallException e) {
      return path.toAbsolute();
    }
  }
}
