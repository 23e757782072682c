package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.Spawn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** A command, in the caller's environment, with recorded descriptors. */
record OneCommand(List<Manifest> manifests, RestartRequest.Command request, Handovers handovers)
    implements Programs {
  private static final String EXPORT_PID_AND_RUN = "export LISTEN_PID=$$; exec \"$@\"";

  @Override
  public void makeRoom() {
    handovers.makeRoom();
  }

  @Override
  public List<Launch> prepare(List<OpenedView> views) {
    SortedMap<Integer, Fd> open = handovers.open(views);
    List<String> environment = Programs.environmentFor(manifests);
    environment.addAll(handovers.mappedVariable(open));
    environment.addAll(viewVariable(views));
    List<String> command = request.command();
    if (request.listenFds()) {
      environment.addAll(listenVariables());
      command = new ArrayList<>(List.of("/bin/sh", "-c", EXPORT_PID_AND_RUN, "sh"));
      command.addAll(request.command());
    }
    Spawn spawn = new Spawn(RawPath.of(command.get(0)), command, environment, open, Set.of());
    return List.of(
        new Launch(spawn, recordedFolder(views), Programs.callersFolder(views), Optional.empty()));
  }

  /** For what runs elsewhere, such as a container that is to have the view as its volume. */
  private static List<String> viewVariable(List<OpenedView> views) {
    return views.size() == 1
        ? List.of("ORCHESTRATE_VIEW=" + views.get(0).view().root().text())
        : List.of();
  }

  /** The working directory of the one process that the command continues, if it is in a tree. */
  private Optional<Fd> recordedFolder(List<OpenedView> views) {
    List<Integer> chosen =
        manifests.stream()
            .flatMap(manifest -> manifest.processes().stream())
            .map(ProcessRecord::pid)
            .filter(pid -> request.process().isEmpty() || request.process().get().equals(pid))
            .distinct()
            .toList();
    return chosen.size() == 1
        ? views.stream().flatMap(view -> folder(view, chosen.get(0)).stream()).findFirst()
        : Optional.empty();
  }

  private static Optional<Fd> folder(OpenedView view, int pid) {
    return view.manifest().processes().stream()
        .filter(process -> process.pid() == pid)
        .flatMap(process -> process.cwd().stream())
        .filter(Place::onTarget)
        .findFirst()
        .map(cwd -> view.anchors().of(cwd.path(), cwd.relinked()));
  }

  /** sd_listen_fds_with_names(3). */
  private List<String> listenVariables() {
    SortedMap<Integer, String> names = handovers.names(manifests);
    return List.of(
        "LISTEN_FDS=" + names.size(),
        "LISTEN_FDNAMES="
            + names.values().stream().map(OneCommand::listenName).collect(Collectors.joining(":")));
  }

  private static String listenName(String path) {
    String name = path.replace(':', '_');
    return name.isEmpty() ? "unknown" : name.substring(0, Math.min(255, name.length()));
  }
}
