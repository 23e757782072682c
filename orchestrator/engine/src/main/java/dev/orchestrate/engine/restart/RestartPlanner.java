package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.manifest.Description;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.MappingRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.engine.restart.RestartPlan.Item;
import dev.orchestrate.engine.restart.RestartRequest.Command;
import dev.orchestrate.engine.view.DisposableView;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what a restart would do, after a look at a view that nobody else sees. */
public final class RestartPlanner {
  private final Catalog catalog;

  public RestartPlanner(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Plans what {@link Restarter#restart} would do with the same. */
  public RestartPlan plan(Manifest manifest, SnapshotBackend backend, RestartRequest request) {
    RawPath place = request.at().orElse(manifest.target().path());
    ViewInPlace.requirePlace(place);
    try (DisposableView view =
        new DisposableView(catalog, backend, manifest.snapshotReference(), Optional.empty())) {
      View made = view.make();
      try (Directory top = Directory.openFollowing(made.root())) {
        return new Look(MovedRelinks.in(made, manifest), top, place).at(request.program());
      }
    } catch (SystemCallException e) {
      throw Failures.of(e, "looking at checkpoint " + manifest.id(), "CAP_SYS_ADMIN");
    }
  }

  /** One look at one view. */
  private static final class Look {
    private final Manifest manifest;
    private final Directory top;
    private final RawPath place;
    private final Map<Integer, Description> descriptions = new HashMap<>();
    private final List<Item> items = new ArrayList<>();

    Look(Manifest manifest, Directory top, RawPath place) {
      this.manifest = manifest;
      this.top = top;
      this.place = place;
      manifest.descriptions().forEach(one -> descriptions.put(one.id(), one));
    }

    RestartPlan at(RestartRequest.Program program) {
      items.add(new Item("", "view", place, Optional.empty(), problemOutside(place, true)));
      if (program instanceof Command command) {
        addCommand(command);
      } else {
        for (ProcessRecord process : manifest.processes()) {
          String name = process.pid() + " " + process.name();
          add(name, Handover.of(manifest, process));
          process.executable().ifPresent(one -> add(name, "executable", one, false));
          process.cwd().ifPresent(one -> add(name, "cwd", one, true));
        }
      }
      return new RestartPlan(place, items);
    }

    private void addCommand(Command command) {
      Handover handover = Handover.of(manifest, command.process());
      String word = command.command().get(0);
      add(
          word,
          command.listenFds()
              ? new Handovers(List.of(handover)).renumbered().byView().get(0)
              : handover);
      RawPath path =
          word.contains("/")
              ? RawPath.of(word).toAbsolute()
              : ExternalProgram.find(word)
                  .map(found -> RawPath.of(found.toString()))
                  .orElse(RawPath.of(word));
      add(word, "executable", inTree(path), false);
    }

    /** What is below the place will be found in the view, and not on this host. */
    private Place inTree(RawPath path) {
      return path.isAbsolute() && path.isBelow(place)
          ? new Place(true, path.relativeTo(place), Optional.empty())
          : new Place(false, path, Optional.empty());
    }

    private void add(String program, Handover handover) {
      handover
          .descriptors()
          .forEach(
              (number, id) -> {
                Description one = descriptions.get(id);
                Optional<String> problem = problem(one.path(), one.relinked(), one.kind());
                add(program, "fd " + number, one.path(), one.relinked(), problem);
              });
      for (MappingRecord one : handover.mappings()) {
        Optional<String> problem = problem(one.path(), one.relinked(), Stat.Kind.FILE);
        add(program, "mapping", one.path(), one.relinked(), problem);
      }
    }

    private void add(String program, String holds, Place one, boolean directory) {
      if (one.onTarget()) {
        Stat.Kind kind = directory ? Stat.Kind.DIRECTORY : Stat.Kind.FILE;
        add(program, holds, one.path(), one.relinked(), problem(one.path(), one.relinked(), kind));
      } else {
        Optional<String> problem = problemOutside(one.path(), directory);
        items.add(new Item(program, holds, one.path(), Optional.empty(), problem));
      }
    }

    private void add(
        String program,
        String holds,
        RawPath path,
        Optional<RawPath> relinked,
        Optional<String> problem) {
      items.add(new Item(program, holds, place.resolve(path), relinked, problem));
    }

    private Optional<String> problem(RawPath path, Optional<RawPath> relinked, Stat.Kind kind) {
      Optional<Stat> found = top.find(relinked.orElse(path));
      if (found.isEmpty()) {
        return Optional.of("missing in the checkpoint");
      }
      boolean leadsOn = found.get().kind() == Stat.Kind.SYMLINK && kind == Stat.Kind.FILE;
      return found.get().kind() == kind || leadsOn // such as a command that is a link
          ? Optional.empty()
          : Optional.of("is of another kind than recorded");
    }

    private static Optional<String> problemOutside(RawPath path, boolean directory) {
      try {
        boolean found = Fd.stat(path).isDirectory();
        return found == directory
            ? Optional.empty()
            : Optional.of(directory ? "is no directory" : "is a directory");
      } catch (SystemCallException e) {
        return Optional.of("missing on this host");
      }
    }
  }
}
