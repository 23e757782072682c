package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Another user, who can write to the top of the filesystem, means harm while root takes and deletes
 * checkpoints of it. Nothing outside is touched, whatever else becomes of the checkpoint.
 */
@Tag("once")
public abstract class HostileSituations extends Situation {
  private static final String HELD = "held/{id}/{inode}";
  private static final int ROUNDS = 6;

  /** What somebody else owns, here and elsewhere, and what is to stay so. */
  private Path[] victims() {
    Path outside = filesystem().outside("victim");
    Program.run("mkdir", "-p", outside.resolve("checkpoint/d"), at("victim/checkpoint/d"));
    for (Path victim : List.of(outside, at("victim"))) {
      Program.run("cp", SubjectProgram.path(), victim.resolve("checkpoint/file"));
      Program.run("cp", SubjectProgram.path(), victim.resolve("checkpoint/d/file"));
      Program.run("chmod", "-R", "go-rwx", victim);
    }
    return new Path[] {outside, at("victim")};
  }

  private Subject attacker(String mode) {
    Program.run("chmod", mode, filesystem().mountPoint());
    return asNobody();
  }

  private Subject attackerWhoOwnsTheTop() {
    Program.run("chown", "nobody:nogroup", filesystem().mountPoint());
    return asNobody();
  }

  private Subject asNobody() {
    return newSubjectOfNobody("--inh-caps=-all");
  }

  /** Whatever becomes of it: nobody is frozen, and what is said is a line or two. */
  private Outcome attempt(Object... command) {
    Outcome outcome = orchestrate().run(command);
    assertThat(outcome.status()).as(outcome.toString()).isIn(0, 3, 4, 5, 7, 8);
    assertThat(outcome.err()).as(outcome.toString()).doesNotContain("Exception", "fault of");
    return outcome;
  }

  private void deleteIfMade(Outcome outcome) {
    if (outcome.status() == 0) {
      orchestrate().run("delete", new Checkpoint(outcome.json()).id()).expect(0);
    }
    attempt("recover");
  }

  @Test
  void whatIsNamedLikeOursStaysAsItIs() {
    Path[] victims = victims();
    Subject attacker = attacker("777");
    Stream.of(".orchestrate", ".copies", "held", "orchestrate-0").forEach(this::plant);
    attacker.tell("mkdir", at("held/0123456789ab"), 777);
    replaceA(newSubject(), 10);
    Path[] planted = {at(".orchestrate"), at(".copies"), at("held"), at("orchestrate-0")};
    Untouched before = Untouched.of(planted);
    Untouched outside = Untouched.of(victims);

    deleteIfMade(attempt(checkpointCommand(filesystem().mountPoint())));
    deleteIfMade(attempt(checkpointCommand(filesystem().mountPoint(), "--relink-template", HELD)));

    assertThat(Untouched.of(planted)).isEqualTo(before);
    assertThat(Untouched.of(victims)).isEqualTo(outside);
    Program.run("rm", "-r", at(".orchestrate"));
  }

  /** A folder of the attacker's with something of the victim's in it. */
  private void plant(String name) {
    Program.run("mkdir", at(name));
    Program.run("cp", "-r", at("victim"), at(name).resolve("of victim"));
    Program.run("chown", "nobody:nogroup", at(name));
  }

  @Test
  void aRelinkFolderOfSomebodyElseIsNotUsed() {
    Subject attacker = attacker("1777");
    attacker.tell("mkdir", at("held"), 777);
    replaceA(newSubject(), 10);

    Outcome outcome = refusedCheckpoint(5, "--relink-template", HELD);

    assertThat(outcome.err()).contains(at("held") + ": others can write to this folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"held", "held/deeper"})
  void aLinkInTheRelinkFoldersPlaceIsNotFollowed(String place) {
    Path[] victims = victims();
    attacker("1777");
    Program.run("mkdir", "-p", at(place).getParent());
    Program.run("ln", "-s", filesystem().outside("victim"), at(place));
    replaceA(newSubject(), 10);
    Untouched before = Untouched.of(victims);

    refusedCheckpoint(7, "--relink-template", place + "/checkpoint/{id}/{inode}");

    assertThat(Untouched.of(victims)).isEqualTo(before);
  }

  /** The attacker's folder, with the victim's in it, comes and goes where ours is or would be. */
  @ParameterizedTest
  @ValueSource(strings = {"lost+found", "held", ".orchestrate"})
  void foldersThatAreExchangedAllTheTimeMisleadNobody(String ours, TestReporter reporter) {
    Path[] victims = victims();
    Subject attacker = attackerWhoOwnsTheTop();
    plant("decoy");
    Program.run("ln", "-s", filesystem().outside("victim"), at("link"));
    Program.run("mkdir", "-p", at(ours));
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    Path[] watched = {victims[0], victims[1], at("decoy/of victim")};
    String template = (ours.equals("held") ? ours : "lost+found/checkpoint") + "/{id}/{inode}";
    Untouched before = Untouched.of(watched[0], watched[1]);
    attacker.tell("swap", at(ours), at("decoy"));
    Subject other = asNobody();
    other.tell("swap", at(ours), at("link"));

    int made = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Outcome outcome =
          orchestrate()
              .run(checkpointCommand(filesystem().mountPoint(), "--relink-template", template));
      assertThat(outcome.err()).as(outcome.toString()).doesNotContain("Exception", "fault of");
      made += outcome.status() == 0 ? 1 : 0;
    }
    attacker.close();
    other.close();

    settle(ours);
    assertThat(Untouched.of(watched[0], watched[1])).isEqualTo(before);
    assertThat(Program.run("find", filesystem().mountPoint(), "-path", "*of victim*", "-type", "f"))
        .as("what the victim has in the attacker's folder")
        .contains("of victim/checkpoint/file", "of victim/checkpoint/d/file");
    hasLinks(subject, 10, 1);
    hasLinks(subject, 11, 0);
    reporter.publishEntry("exchanged " + ours, ROUNDS + " checkpoints, " + made + " made");
  }

  /**
   * At one number, the attacker's own unlinked file, open for writing, and a file of root's that
   * may not even be read, in turn; by somebody who is not frozen where only one process is chosen.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void descriptorsThatAreExchangedAllTheTimeOpenNothing(boolean chosen, TestReporter reporter) {
    Path secret = at("secret");
    newSubject().tell("creat", secret, "secret");
    Program.run("chmod", "600", secret);
    Subject attacker = attacker("777");
    openOrphan(attacker, 30, "orphan", "own");
    attacker.tell("open", 31, secret, "path");
    attacker.tell("dup", 30, 8);
    attacker.tell("juggle", 8, 30, 31);
    Object[] options = chosen ? new Object[] {"--pid", attacker.pid()} : new Object[0];
    Untouched before = Untouched.of(secret);

    int made = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Outcome outcome = attempt(checkpointCommand(filesystem().mountPoint(), options));
      if (outcome.status() == 0) {
        made++;
        String id = new Checkpoint(outcome.json()).id();
        Outcome read =
            orchestrate()
                .run("restart", "--process", attacker.pid(), id, "--", "sh", "-c", "cat <&8");
        assertThat(read.out()).as("what the attacker can read").isIn("own", "");
      }
      deleteIfMade(outcome);
    }

    assertThat(Untouched.of(secret)).isEqualTo(before);
    assertThat(Program.run("stat", "--format=%h", secret).strip()).isEqualTo("1");
    reporter.publishEntry("juggled", ROUNDS + " checkpoints, " + made + " made");
  }

  /** The attacker has gone: our folder gets its name back, and what is left can be removed. */
  private void settle(String ours) {
    for (String name : List.of(ours, "decoy", "link")) {
      if (Program.attempt("test", "-d", at(name).resolve("of victim")).status() != 0
          && !Files.isSymbolicLink(at(name))
          && !name.equals(ours)) {
        Program.attempt("mv", "-T", at(ours), at("aside"));
        Program.attempt("mv", "-T", at(name), at(ours));
      }
    }
    attempt("recover");
    Checkpoint.stream(orchestrate().run("list", "--json").expect(0).json())
        .map(entry -> entry.required("id").textValue())
        .forEach(id -> orchestrate().run("delete", id).expect(0));
    attempt("recover");
  }

  /** Names in the live tree, at the worst of moments, and for as long as nobody recovers. */
  @Test
  void namesThatAKilledCheckpointLeftAreOutOfReach() {
    Subject attacker = attackerWhoOwnsTheTop();
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "secret");
    Tree before = filesystem().tree(kind());
    Path left = killedWithNamesLeft();

    assertThat(attacker.attempt("open", 10, left, "r").error()).isEqualTo("EACCES");
    assertThat(attacker.attempt("link", left, at("mine")).error()).isEqualTo("EACCES");
    assertThat(attacker.attempt("open", 10, left.getParent(), "r").error()).isEqualTo("EACCES");
    orchestrate().run("recover").expect(0);
    assertThat(filesystem().tree(kind())).as("the live tree").isEqualTo(before);
  }

  private Path killedWithNamesLeft() {
    for (int call = 12; call < 90; call += 3) {
      orchestrate().runBroken("kill:" + call, checkpointCommand(filesystem().mountPoint()));
      List<String> names =
          Program.attempt("find", at("lost+found/checkpoint"), "-mindepth", "2", "-type", "f")
              .out()
              .lines()
              .toList();
      if (!names.isEmpty()) {
        return Path.of(names.get(0));
      }
      orchestrate().run("recover").expect(0);
    }
    throw new AssertionError("no kill left a name in the live tree");
  }

  /** All that a manifest says of where the snapshot is, turned to where the victim is. */
  @Test
  void aManifestThatPointsToSomebodyElsesFilesDeletesNone() {
    Path[] victims = victims();
    replaceA(newSubject(), 10);
    Checkpoint checkpoint = checkpoint();
    EditedManifest manifest = new EditedManifest(orchestrate().manifest(checkpoint.id()));
    String good = manifest.text();
    Untouched before = Untouched.of(victims);

    for (Path victim : victims) {
      for (String value : List.of(victim.toString(), victim + "/checkpoint", "/", "", "..")) {
        manifest.write(good);
        manifest.edit(json -> pointTo(value, (ObjectNode) json.required("snapshot")));
        attempt("restart", checkpoint.id(), "--", "true");
        attempt("verify", checkpoint.id());
      }
    }
    manifest.write(good);
    manifest.edit(json -> pointTo(victims[0].toString(), (ObjectNode) json.required("snapshot")));
    attempt("delete", checkpoint.id());

    assertThat(Untouched.of(victims)).isEqualTo(before);
  }

  private static void pointTo(String value, ObjectNode snapshot) {
    for (String name : List.of("folder", "target", "path", "volume.0")) {
      JsonNode known = snapshot.path(name);
      if (known.isTextual()) {
        snapshot.put(name, value);
      }
    }
  }

  @Test
  void initIsNeverFrozen() {
    Outcome outcome = refusedCheckpoint(7, "--pid", 1);

    assertThat(outcome.err()).contains("process 1 ", "can't be frozen");
  }

  /**
   * As when a shell redirects something from the filesystem, or somebody tricks a person into it.
   */
  @Test
  void theToolItselfHoldsAFileAndIsNotFrozen() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    Outcome outcome =
        orchestrate()
            .runIn("exec \"$@\" 7<" + at("b"), checkpointCommand(filesystem().mountPoint()))
            .expect(0);
    rememberStored();

    assertThat(new Checkpoint(outcome.json()).processes()).containsExactly(subject.pid());
  }
}
