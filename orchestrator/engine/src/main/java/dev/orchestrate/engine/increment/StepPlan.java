package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.increment.NamedInode.EarlierInode;
import dev.orchestrate.engine.increment.NamedInode.Name;
import dev.orchestrate.linux.RawPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Brings the steps into an order in which none is in another's way, even where files changed their
 * names with each other: what is moved is kept aside before anything is removed, and what is new is
 * made after that. Folders get their looks last, as each name made or removed in one changes its
 * date.
 */
final class StepPlan {
  private final ChangedNames names;
  private final InodeContents contents;
  private final Consumer<Step> steps;
  private final List<Placement> placements = new ArrayList<>();

  /**
   * @param contents writes what is in files, and how all looks
   */
  StepPlan(ChangedNames names, Bases bases, InodeContents contents, Consumer<Step> steps) {
    this.names = names;
    this.contents = contents;
    this.steps = steps;
    for (NamedInode inode : names.inodes().values()) {
      placements.add(new Placement(inode, bases.of(inode)));
    }
  }

  /** How an inode comes to its names. */
  private record Placement(NamedInode inode, Optional<EarlierInode> base) {
    Optional<Name> inPlace() {
      return base.flatMap(inode::inPlace);
    }

    boolean isMoved() {
      return base.isPresent() && inPlace().isEmpty();
    }

    /** The name that all others are links to. */
    RawPath first() {
      return inPlace().orElse(inode.names().get(0)).path();
    }

    List<Name> toBeReplaced() {
      return inode.names().stream().filter(name -> base.filter(name::was).isEmpty()).toList();
    }
  }

  void run() {
    keep();
    remove();
    names.newFolders().forEach(path -> steps.accept(new Step.MakeFolder(path)));
    for (int i = 0; i < placements.size(); i++) {
      make(placements.get(i), i);
    }
    List<RawPath> folders = new ArrayList<>(changedFolders());
    Collections.reverse(folders); // so that none is closed to its owner before those in it
    folders.forEach(contents::describeFolder);
    steps.accept(new Step.End());
  }

  private void keep() {
    for (int i = 0; i < placements.size(); i++) {
      Placement placement = placements.get(i);
      if (placement.isMoved()) {
        steps.accept(new Step.Keep(i, placement.base().orElseThrow().names().get(0)));
      }
    }
  }

  private void remove() {
    names.removed().forEach(path -> steps.accept(new Step.Remove(path)));
    for (Placement placement : placements) {
      for (Name name : placement.toBeReplaced()) {
        if (name.before().isPresent()) {
          steps.accept(new Step.Remove(name.path()));
        }
      }
    }
  }

  private void make(Placement placement, int number) {
    RawPath first = placement.first();
    if (placement.inPlace().isPresent()) {
      if (!placement.inPlace().get().same()) {
        contents.change(first, first);
      }
    } else if (placement.isMoved()) {
      steps.accept(new Step.Restore(number, first));
      contents.change(placement.base().orElseThrow().names().get(0), first);
    } else {
      contents.make(placement.inode(), first);
    }
    for (Name name : placement.toBeReplaced()) {
      if (!name.path().equals(first)) {
        steps.accept(new Step.Link(first, name.path()));
      }
    }
  }

  private SortedSet<RawPath> changedFolders() {
    SortedSet<RawPath> folders = new TreeSet<>(names.changedFolders());
    for (Placement placement : placements) {
      placement.toBeReplaced().forEach(name -> folders.add(name.path().parent()));
    }
    return folders;
  }
}
