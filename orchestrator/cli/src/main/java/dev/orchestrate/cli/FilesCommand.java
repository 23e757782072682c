package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.Description;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Descriptor;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code orchestrate files}. */
@Command(name = "files", description = "Shows which process held what, and what was relinked as.")
final class FilesCommand implements Callable<Integer> {
  @ParentCommand private OrchestrateCommand program;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "The id, or the beginning of it.")
  private String id;

  @Option(names = "--json", description = "Report as JSON.")
  private boolean json;

  /**
   * What {@code --json} gives for each.
   *
   * @param role descriptor, mapping, cwd, root or executable
   */
  record Entry(
      int pid,
      int thread,
      String process,
      String role,
      Optional<Integer> descriptor,
      RawPath path,
      boolean deleted,
      Optional<RawPath> relinked,
      Optional<Long> offset,
      Set<OpenFlag> flags) {}

  @Override
  public Integer call() {
    Manifest manifest = program.catalog().find(id).manifest();
    List<Entry> entries = new ArrayList<>();
    for (ProcessRecord process : manifest.processes()) {
      add(manifest, process, process.pid(), process.descriptors(), entries);
      for (ProcessRecord.ThreadDescriptors thread : process.threads()) {
        add(manifest, process, thread.thread(), thread.descriptors(), entries);
      }
      process.cwd().ifPresent(place -> add(process, "cwd", place, entries));
      process.root().ifPresent(place -> add(process, "root", place, entries));
      process.executable().ifPresent(place -> add(process, "executable", place, entries));
      process
          .mappings()
          .forEach(
              mapping ->
                  add(
                      process,
                      "mapping",
                      new Place(true, mapping.path(), mapping.relinked()),
                      entries));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, entries);
    } else {
      print(entries, out);
    }
    return ExitStatus.OK.status();
  }

  private static void add(
      Manifest manifest,
      ProcessRecord process,
      int thread,
      List<Descriptor> descriptors,
      List<Entry> entries) {
    for (Descriptor descriptor : descriptors) {
      Description description =
          manifest.descriptions().stream()
              .filter(one -> one.id() == descriptor.description())
              .findFirst()
              .orElseThrow();
      entries.add(
          new Entry(
              process.pid(),
              thread,
              process.name(),
              "descriptor",
              Optional.of(descriptor.number()),
              description.path(),
              description.relinked().isPresent(),
              description.relinked(),
              Optional.of(description.offset()),
              description.flags()));
    }
  }

  private static void add(ProcessRecord process, String role, Place place, List<Entry> entries) {
    if (place.onTarget()) {
      entries.add(
          new Entry(
              process.pid(),
              process.pid(),
              process.name(),
              role,
              Optional.empty(),
              place.path(),
              place.relinked().isPresent(),
              place.relinked(),
              Optional.empty(),
              Set.of()));
    }
  }

  private static void print(List<Entry> entries, PrintWriter out) {
    if (entries.isEmpty()) {
      out.println("no process held anything");
      return;
    }
    Table table = new Table("PROCESS", "HOLDS", "OFFSET", "NAME", "RELINKED AS");
    for (Entry entry : entries) {
      table.add(
          entry.thread() + " " + RawPath.printable(entry.process()),
          entry.descriptor().map(number -> "fd " + number).orElse(entry.role()),
          entry.offset().map(String::valueOf).orElse(""),
          shown(entry),
          entry.relinked().map(RawPath::toString).orElse(""));
    }
    table.print(out);
  }

  private static String shown(Entry entry) {
    if (entry.path().isEmpty()) {
      return entry.deleted() ? "(name unknown)" : ".";
    }
    return entry.path() + (entry.deleted() ? " (deleted)" : "");
  }
}
