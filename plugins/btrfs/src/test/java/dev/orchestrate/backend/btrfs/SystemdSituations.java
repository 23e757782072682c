package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Deadline;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Rendezvous;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.SubjectProgram;
import dev.orchestrate.testkit.TestFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Where systemd is at work: processes chosen by their unit's name, and the units that are shipped.
 */
class SystemdSituations extends Situation {
  private static final String UNIT = "orchestrate-test.service";
  private static final Path UNITS = Path.of("/etc/systemd/system");
  private static final Path SHIPPED = Path.of("../../dist/src/main/systemd");

  /** Where the unit has the program. */
  private static final Path PROGRAM = Path.of("/usr/local/bin/orchestrate");

  /** The guest has none of the units that all others wait for. */
  private static final String ALONE = "[Unit]\nDefaultDependencies=no\n";

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  /** A service without what others depend on, such as a system bus; it ends with its subject. */
  private Subject newService() {
    Rendezvous rendezvous = newRendezvous();
    List<Object> command = new ArrayList<>();
    command.addAll(
        List.of("systemd-run", "--quiet", "--property=DefaultDependencies=no", "--unit=" + UNIT));
    command.addAll(rendezvous.command(SubjectProgram.path()));
    Program.run(command.toArray());
    atEnd(() -> Deadline.require("the service has ended", () -> !isKnown(UNIT)));
    return watched(rendezvous.next());
  }

  private static boolean isKnown(String unit) {
    return Program.run("systemctl", "show", "--property=LoadState", unit).contains("=loaded");
  }

  @Test
  void aUnitIsFrozenAndItsFilesComeBack() {
    Subject service = newService();
    replaceA(service, 10);
    Subject other = newSubject();
    openOrphan(other, 10, "orphan", "of another");

    Checkpoint checkpoint = checkpoint("--unit", UNIT);

    assertThat(checkpoint.processes()).containsExactly(service.pid());
    hasOriginal(checkpoint.relink(), "a");
    service.tell("write", 10, " and more");
    assertThat(content(service, 10)).isEqualTo("old and more");
    Subject restarted = restart(checkpoint);
    restarted.tell("write", 10, " and something else");
    assertThat(restarted.tell("cat", at("b")).text()).isEqualTo("old and something else");
  }

  @Test
  void aUnitIsKnownWithoutItsSuffix() {
    Subject service = newService();
    replaceA(service, 10);

    Checkpoint checkpoint = checkpoint("--unit", UNIT.replace(".service", ""));

    assertThat(checkpoint.processes()).containsExactly(service.pid());
  }

  @Test
  void theUnitThatIsShippedTakesOneCheckpoint() throws IOException {
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "of nobody");
    String service = shippedUnit("service");

    Program.run("systemctl", "start", service);

    rememberStored();
    assertThat(orchestrate().listed()).hasSize(1);
    Subject restarted = restart(listed());
    restarted.tell("write", 10, " and more");
    assertThat(restarted.tell("cat", at("b")).text()).isEqualTo("old and more");
    assertThat(content(restarted, 11)).isEqualTo("of nobody");
  }

  @Test
  void aDropInHasWhatIsOldDeletedByTheSameRights() throws IOException {
    Subject subject = newSubject();
    openOrphan(subject, 10, "orphan", "of nobody");
    Files.createDirectories(orchestrate().configuration());
    Files.writeString(orchestrate().configuration().resolve("config.toml"), "keep-last = 1\n");
    Checkpoint old = checkpoint();
    String service = shippedUnit("service");
    dropIn("service", "prune", "[Service]\nExecStartPost=" + PROGRAM + " prune %f\n");

    Program.run("systemctl", "start", service);

    rememberStored();
    assertThat(orchestrate().listed()).hasSize(1).doesNotContain(old.id());
  }

  @Test
  void theTimerThatIsShippedStartsTheUnitEachNightUnlessADropInSaysOtherwise() throws IOException {
    shippedUnit("service");
    String timer = shippedUnit("timer");
    Program.run("systemctl", "start", timer);
    assertThat(property("TimersCalendar", timer)).contains("OnCalendar=*-*-* 00:00:00");
    assertThat(property("Unit", timer)).endsWith(timer.replace(".timer", ".service"));
    Program.run("systemctl", "stop", timer);

    dropIn("timer", "hourly", "[Timer]\nOnCalendar=\nOnCalendar=hourly\n");

    assertThat(property("TimersCalendar", timer))
        .contains("OnCalendar=*-*-* *:00:00")
        .doesNotContain("OnCalendar=*-*-* 00:00:00");
  }

  private Checkpoint listed() {
    return new Checkpoint(
        orchestrate().run("show", "--json", orchestrate().listed().get(0)).json());
  }

  private static String property(String name, String unit) {
    return Program.run("systemctl", "show", "--property=" + name, unit).strip();
  }

  /** Puts it where the archive's user would, with the program, and names that of the filesystem. */
  private String shippedUnit(String kind) throws IOException {
    Files.createDirectories(PROGRAM.getParent());
    Files.writeString(PROGRAM, "#!/bin/sh\nexec " + quoted(orchestrate().words()) + " \"$@\"\n");
    Files.setPosixFilePermissions(PROGRAM, PosixFilePermissions.fromString("rwxr-xr-x"));
    Program.run("cp", SHIPPED.resolve("orchestrate@." + kind), UNITS);
    dropIn(kind, "alone", ALONE);
    String path = filesystem().mountPoint().toString();
    return Program.run("systemd-escape", "--path", "--template=orchestrate@." + kind, path).strip();
  }

  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  private static void dropIn(String kind, String name, String text) throws IOException {
    Path folder = UNITS.resolve("orchestrate@." + kind + ".d");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name + ".conf"), text);
    Program.run("systemctl", "daemon-reload");
  }

  @Test
  void aUnitThatDoesNotRunIsRefused() {
    Outcome outcome = refusedCheckpoint(3, "--unit", "nothing.service");

    assertThat(outcome.err()).contains("nothing.service").contains("systemctl status");
  }
}
