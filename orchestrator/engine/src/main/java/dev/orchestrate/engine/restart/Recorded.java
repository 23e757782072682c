package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.Spawn;
import dev.orchestrate.spi.NotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Every recorded process, as the user that it was. */
record Recorded(List<Manifest> manifests) implements Programs {
  @Override
  public void makeRoom() {
    pids().forEach(pid -> handovers(pid).makeRoom());
  }

  private List<Integer> pids() {
    return manifests.stream()
        .flatMap(manifest -> manifest.processes().stream())
        .map(ProcessRecord::pid)
        .distinct()
        .toList();
  }

  private Handovers handovers(int pid) {
    return new Handovers(
        manifests.stream()
            .map(
                manifest ->
                    record(manifest, pid)
                        .map(process -> Handover.of(manifest, process))
                        .orElse(Handover.NOTHING))
            .toList());
  }

  private static Optional<ProcessRecord> record(Manifest manifest, int pid) {
    return manifest.processes().stream().filter(process -> process.pid() == pid).findFirst();
  }

  @Override
  public List<Launch> prepare(List<OpenedView> views) {
    for (int pid : pids()) {
      List<Handover> byView = handovers(pid).byView();
      IntStream.range(0, views.size())
          .forEach(
              i -> views.get(i).descriptions().openWriters(byView.get(i).descriptors().values()));
    }
    return pids().stream().map(pid -> prepare(pid, views)).toList();
  }

  private Launch prepare(int pid, List<OpenedView> views) {
    ProcessRecord process =
        manifests.stream()
            .flatMap(manifest -> record(manifest, pid).stream())
            .findFirst()
            .orElseThrow();
    Handovers handovers = handovers(pid);
    SortedMap<Integer, Fd> open = handovers.open(views);
    List<String> environment = new ArrayList<>();
    process.environment().forEach(variable -> environment.add(variable.text()));
    environment.add("ORCHESTRATE_CHECKPOINT=" + Programs.commonId(manifests));
    environment.addAll(handovers.mappedVariable(open));
    Optional<Fd> file =
        inTree(pid, ProcessRecord::executable, views).map(one -> openAbove(open, one));
    Spawn spawn =
        new Spawn(
            file.map(Fd::procPath).orElseGet(() -> executable(process).path()),
            process.command().stream().map(RawPath::text).toList(),
            environment,
            open,
            file.map(Set::of).orElse(Set.of()));
    Optional<Fd> folder =
        inTree(pid, ProcessRecord::cwd, views)
            .map(one -> one.view().anchors().of(one.place().path(), one.place().relinked()));
    RawPath path =
        process.cwd().filter(one -> !one.onTarget()).map(Place::path).orElse(RawPath.EMPTY);
    return new Launch(spawn, folder, path, Optional.of(process));
  }

  /** A place of a process that is in the tree of a view. */
  private record InTree(OpenedView view, Place place) {}

  private static Optional<InTree> inTree(
      int pid, Function<ProcessRecord, Optional<Place>> which, List<OpenedView> views) {
    return views.stream()
        .flatMap(
            view ->
                record(view.manifest(), pid)
                    .flatMap(which)
                    .filter(Place::onTarget)
                    .map(place -> new InTree(view, place))
                    .stream())
        .findFirst();
  }

  private static Place executable(ProcessRecord process) {
    return process
        .executable()
        .orElseThrow(
            () ->
                new NotFoundException(
                    "process " + process.pid() + ": its executable is not recorded",
                    "start it by a command"));
  }

  /** What is in a view is executed by descriptor, since it may be unlinked there. */
  private static Fd openAbove(SortedMap<Integer, Fd> open, InTree file) {
    Anchors anchors = file.view().anchors();
    Fd executable = anchors.of(file.place().path(), file.place().relinked());
    return anchors.keep(executable.duplicate(Handovers.firstAbove(open)));
  }
}
