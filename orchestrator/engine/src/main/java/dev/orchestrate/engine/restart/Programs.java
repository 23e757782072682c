package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.MappingRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.ProcessStatus;
import dev.orchestrate.linux.process.Spawn;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.PermissionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a restart starts: a command with recorded descriptors, or the recorded processes. */
sealed interface Programs {

  static Programs of(Manifest manifest, RestartRequest.Program program) {
    if (program instanceof RestartRequest.Command command) {
      Handover handover = Handover.of(manifest, command.process());
      return new OneCommand(
          manifest, command, command.listenFds() ? handover.renumbered() : handover);
    }
    if (program instanceof RestartRequest.Reader reader) {
      return new Reading(manifest, reader.command());
    }
    if (manifest.processes().isEmpty()) {
      throw new NotFoundException(
          "checkpoint " + manifest.id() + ": has no processes to relaunch", "give a command");
    }
    return new Recorded(manifest);
  }

  /** Makes sure that there may be as many descriptors as needed. */
  void makeRoom();

  /** Whether the relinked files are handed over as descriptors, and leave the view. */
  default boolean takeOverRelinks() {
    return true;
  }

  /** What to tell the user where the view is the live tree. */
  default String noticeOfLiveTree(RawPath root) {
    return "this works on the live tree: what is written goes to " + root + " for good";
  }

  /** Opens all that the programs need; nothing is started yet. */
  List<Launch> prepare(ViewInPlace place, Anchors anchors, OpenDescriptions descriptions);

  private static SortedMap<Integer, Fd> open(
      Handover handover, Anchors anchors, OpenDescriptions descriptions) {
    SortedMap<Integer, Fd> open = new TreeMap<>();
    descriptions.openWriters(handover.descriptors().values());
    handover.descriptors().forEach((number, id) -> open.put(number, descriptions.open(id)));
    for (MappingRecord mapping : handover.mappings()) {
      open.put(firstAbove(open), openMapped(anchors, mapping));
    }
    return open;
  }

  /** The first number that neither they nor the standard streams have. */
  private static int firstAbove(SortedMap<Integer, Fd> open) {
    return Math.max(3, open.isEmpty() ? 3 : open.lastKey() + 1);
  }

  private static Fd openMapped(Anchors anchors, MappingRecord mapping) {
    Fd inode = anchors.of(mapping.path(), mapping.relinked());
    boolean written = mapping.protection().startsWith("w", 1) && mapping.protection().endsWith("s");
    return anchors.keep(inode.reopen(written ? Fd.O_RDWR : Fd.O_RDONLY));
  }

  /** The descriptors given for mapped files come last, in the order of the mappings. */
  private static List<String> mappedVariable(Handover handover, SortedMap<Integer, Fd> open) {
    if (handover.mappings().isEmpty()) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>(open.keySet());
    int first = numbers.size() - handover.mappings().size();
    List<String> entries = new ArrayList<>();
    for (MappingRecord mapping : handover.mappings()) {
      entries.add(
          numbers.get(first + entries.size())
              + "="
              + mapping.start()
              + "-"
              + mapping.end()
              + ":"
              + mapping.offset()
              + ":"
              + mapping.protection());
    }
    return List.of("ORCHESTRATE_MAPPED=" + String.join(" ", entries));
  }

  /** Where the caller is in the tree, the command is to be in the view. */
  private static RawPath callersFolder(ViewInPlace place) {
    RawPath here = Symlink.read(RawPath.of("/proc/thread-self/cwd"));
    if (!here.isBelow(place.path())) {
      return RawPath.EMPTY;
    }
    try (Directory sameInView = Directory.openFollowing(here)) {
      return sameInView.subject();
    } catch (SystemCallException e) {
      return place.path(); // it was not there when the checkpoint was made
    }
  }

  /** The caller's environment, and which checkpoint it is. */
  private static List<String> environmentFor(Manifest manifest) {
    List<String> environment =
        new ArrayList<>(ProcessStatus.environment((int) ProcessHandle.current().pid()));
    environment.add("ORCHESTRATE_CHECKPOINT=" + manifest.id());
    return environment;
  }

  /** A command, in the caller's environment. */
  record OneCommand(Manifest manifest, RestartRequest.Command request, Handover handover)
      implements Programs {
    private static final String EXPORT_PID_AND_RUN = "export LISTEN_PID=$$; exec \"$@\"";

    @Override
    public void makeRoom() {
      handover.makeRoom();
    }

    @Override
    public List<Launch> prepare(ViewInPlace place, Anchors anchors, OpenDescriptions descriptions) {
      SortedMap<Integer, Fd> open = Programs.open(handover, anchors, descriptions);
      List<String> environment = Programs.environmentFor(manifest);
      environment.addAll(Programs.mappedVariable(handover, open));
      List<String> command = request.command();
      if (request.listenFds()) {
        environment.addAll(listenVariables());
        command = new ArrayList<>(List.of("/bin/sh", "-c", EXPORT_PID_AND_RUN, "sh"));
        command.addAll(request.command());
      }
      Spawn spawn = new Spawn(RawPath.of(command.get(0)), command, environment, open, Set.of());
      Optional<Fd> folder = recordedFolder().map(cwd -> anchors.of(cwd.path(), cwd.relinked()));
      return List.of(new Launch(spawn, folder, Programs.callersFolder(place), Optional.empty()));
    }

    /**
     * The working directory of the one process that the command continues, if it is in the tree.
     */
    private Optional<Place> recordedFolder() {
      List<ProcessRecord> chosen =
          manifest.processes().stream()
              .filter(
                  process ->
                      request.process().isEmpty() || request.process().get() == process.pid())
              .toList();
      return chosen.size() == 1 ? chosen.get(0).cwd().filter(Place::onTarget) : Optional.empty();
    }

    /** sd_listen_fds_with_names(3). */
    private List<String> listenVariables() {
      String names =
          handover.descriptors().values().stream()
              .map(
                  id ->
                      listenName(
                          manifest.descriptions().stream()
                              .filter(description -> description.id() == id)
                              .findFirst()
                              .orElseThrow()
                              .path()))
              .collect(Collectors.joining(":"));
      return List.of("LISTEN_FDS=" + handover.descriptors().size(), "LISTEN_FDNAMES=" + names);
    }

    private static String listenName(RawPath path) {
      String name = path.toString().replace(':', '_');
      return name.isEmpty() ? "unknown" : name.substring(0, Math.min(255, name.length()));
    }
  }

  /** A command that reads the view. */
  record Reading(Manifest manifest, List<String> command) implements Programs {
    @Override
    public void makeRoom() {
      // it gets no descriptors
    }

    @Override
    public boolean takeOverRelinks() {
      return false;
    }

    @Override
    public String noticeOfLiveTree(RawPath root) {
      return "this is the live tree, not a copy: " + root + " may change while it is read";
    }

    @Override
    public List<Launch> prepare(ViewInPlace place, Anchors anchors, OpenDescriptions descriptions) {
      requireThatItCanFindTheView(place);
      List<String> words =
          command.stream()
              .map(word -> word.replace(RestartRequest.Reader.PLACE, place.path().text()))
              .toList();
      Spawn spawn =
          new Spawn(
              RawPath.of(words.get(0)),
              words,
              Programs.environmentFor(manifest),
              new TreeMap<>(),
              Set.of());
      return List.of(
          new Launch(spawn, Optional.empty(), Programs.callersFolder(place), Optional.empty()));
    }

    /** By the original path it would find the live tree, and nobody would notice. */
    private void requireThatItCanFindTheView(ViewInPlace place) {
      if (!place.isWhereWanted()
          && command.stream().noneMatch(word -> word.contains(RestartRequest.Reader.PLACE))) {
        throw new PermissionException(
            command.get(0) + ": would not read the checkpoint, which is at " + place.path(),
            "write {} in the command for the path to read, or run as root");
      }
    }
  }

  /** Every recorded process, as the user that it was. */
  record Recorded(Manifest manifest) implements Programs {
    @Override
    public void makeRoom() {
      manifest.processes().forEach(process -> Handover.of(manifest, process).makeRoom());
    }

    @Override
    public List<Launch> prepare(ViewInPlace place, Anchors anchors, OpenDescriptions descriptions) {
      for (ProcessRecord process : manifest.processes()) {
        descriptions.openWriters(Handover.of(manifest, process).descriptors().values());
      }
      return manifest.processes().stream()
          .map(process -> prepare(process, anchors, descriptions))
          .toList();
    }

    private Launch prepare(ProcessRecord process, Anchors anchors, OpenDescriptions descriptions) {
      Handover handover = Handover.of(manifest, process);
      SortedMap<Integer, Fd> open = Programs.open(handover, anchors, descriptions);
      List<String> environment = new ArrayList<>();
      process.environment().forEach(variable -> environment.add(variable.text()));
      environment.add("ORCHESTRATE_CHECKPOINT=" + manifest.id());
      environment.addAll(Programs.mappedVariable(handover, open));
      Place place = executable(process);
      Optional<Fd> file =
          place.onTarget() ? Optional.of(openAbove(open, anchors, place)) : Optional.empty();
      Spawn spawn =
          new Spawn(
              file.map(Fd::procPath).orElse(place.path()),
              process.command().stream().map(RawPath::text).toList(),
              environment,
              open,
              file.map(Set::of).orElse(Set.of()));
      Optional<Place> cwd = process.cwd();
      Optional<Fd> folder =
          cwd.filter(Place::onTarget).map(one -> anchors.of(one.path(), one.relinked()));
      RawPath path = cwd.filter(one -> !one.onTarget()).map(Place::path).orElse(RawPath.EMPTY);
      return new Launch(spawn, folder, path, Optional.of(process));
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

    /** What is in the view is executed by descriptor, since it may be unlinked there. */
    private static Fd openAbove(SortedMap<Integer, Fd> open, Anchors anchors, Place place) {
      Fd executable = anchors.of(place.path(), place.relinked());
      return anchors.keep(executable.duplicate(Programs.firstAbove(open)));
    }
  }
}
