package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several filesystems are checkpointed at one moment: all of them, or none. */
public abstract class SetSituations extends BrokenSituation {
  private static final int KILLED = 137;

  /** Begins with what lists the first of a set, after all that one checkpoint does too. */
  private static final int LAST_STEPS = 14;

  /** Appends each number to the first file, and then to the second. */
  private static final String COUNT = "i=0; while :; do i=$((i+1)); echo $i >&3; echo $i >&4; done";

  private MountedFilesystem other;
  private List<String> storedThere;

  /** Each takes a second or two. */
  @Override
  protected int stride() {
    return 90;
  }

  @BeforeEach
  void makeAnother() {
    other = kind().make(512 * MIB);
    atEnd(other::close);
    storedThere = inventoryThere();
  }

  private List<String> inventoryThere() {
    return kind().inventory(other, orchestrate().state());
  }

  private Object[] command(String name, Object... more) {
    List<Object> words = new ArrayList<>(List.of(name, "--backend=" + kind().backend()));
    words.addAll(List.of(filesystem().mountPoint(), other.mountPoint()));
    words.addAll(List.of(more));
    return words.toArray();
  }

  private JsonNode checkpointBoth(String... more) {
    Object[] options = Stream.concat(Stream.of("--json"), Stream.of(more)).toArray();
    JsonNode set = orchestrate().run(command("checkpoint", options)).expect(0).json();
    rememberStored();
    storedThere = inventoryThere();
    return set;
  }

  private static String id(JsonNode node) {
    return node.required("id").textValue();
  }

  private JsonNode listed() {
    return orchestrate().run("list", "--json").expect(0).json();
  }

  private void deleteSet(JsonNode set) {
    orchestrate().run("delete", id(set)).expect(0);
    assertThat(listed()).isEmpty();
    rememberStored();
    storedThere = inventoryThere();
  }

  /** What is held on both: a file that was replaced, and one without a name. */
  private Subject subjectOnBoth() {
    Subject subject = subjectWithFilesOfAllKinds();
    subject.tell("open", 20, other.path("orphan"), "rw,creat");
    subject.tell("write", 20, "there");
    subject.tell("unlink", other.path("orphan"));
    return subject;
  }

  /** A program that counts in both filesystems, the second always a step behind at most. */
  private void count() {
    List<String> words = List.of("bash", "-c", COUNT);
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", "exec 3>\"$1\" 4>\"$2\"; exec \"${@:3}\"", "sh");
    builder.command().add(filesystem().path("count").toString());
    builder.command().add(other.path("count").toString());
    builder.command().addAll(words);
    Process counting = Program.start(builder);
    atEnd(
        () -> {
          counting.destroyForcibly();
          Program.ended(counting, Program.PATIENCE);
        });
    Deadline.require("it counts", () -> other.path("count").toFile().length() > 0);
  }

  @Test
  void theViewsAreOfOneMoment() {
    count();

    Outcome outcome =
        orchestrate().run(command("backup", "--", "tail", "-q", "-n1", "{}/count")).expect(0);

    List<Long> numbers = outcome.out().lines().map(Long::valueOf).toList();
    assertThat(numbers).hasSize(2);
    assertThat(numbers.get(0) - numbers.get(1)).as(outcome.toString()).isBetween(0L, 1L);
    assertThat(listed()).isEmpty();
    assertThat(inventoryThere()).isEqualTo(storedThere);
    nothingIsLeftToRecover();
  }

  @Test
  void aRestartOfTheSetFindsTheFilesOfAll() {
    Subject subject = subjectOnBoth();
    subject.tell("chdir", other.mountPoint());
    JsonNode set = checkpointBoth();
    assertThat(set.required("members")).hasSize(2);
    subject.tell("creat", other.path("after"), "after");

    Subject restarted = restart(new Checkpoint(set));

    assertThat(content(restarted, 10)).isEqualTo("old");
    assertThat(content(restarted, 11)).isEqualTo("orphan");
    assertThat(content(restarted, 20)).isEqualTo("there");
    assertThat(restarted.tell("getcwd").text()).isEqualTo(other.mountPoint().toString());
    assertThat(restarted.attempt("open", 30, other.path("after"), "r").isOk()).isFalse();
    assertThat(restarted.tell("getenv", "ORCHESTRATE_CHECKPOINT").text()).isEqualTo(id(set));
    restarted.close();
    deleteSet(set);
  }

  @Test
  void oneCheckpointOfTheSetCanBeUsedByItself() {
    subjectOnBoth();
    JsonNode set = checkpointBoth("--tag", "together");
    JsonNode second = set.required("members").get(1);

    Subject restarted = restart(new Checkpoint(second));

    assertThat(content(restarted, 20)).isEqualTo("there");
    restarted.close();
    for (JsonNode one : listed()) {
      assertThat(one.required("set").textValue()).isEqualTo(id(set));
      assertThat(one.required("tags")).hasSize(1);
    }
    orchestrate().run("verify", "--record", id(set)).expect(0);
    orchestrate().run("verify", id(set)).expect(0);
    orchestrate().run("mount", id(set), filesystem().outside("view")).expect(3);
    orchestrate().run("delete", id(second)).expect(0);
    assertThat(orchestrate().run("restart", id(set), "--", "true").expect(3).err())
        .contains("was deleted", id(set.required("members").get(0)));
    deleteSet(set);
  }

  @Test
  void pruningKeepsAllOfASetOrNothing() {
    subjectOnBoth();
    JsonNode set = checkpointBoth();
    Checkpoint alone = checkpoint();

    orchestrate().run("prune", "--keep-last=1").expect(0);
    assertThat(listed()).as("the newest of the other is in the set").hasSize(3);
    JsonNode newer = checkpointBoth();
    orchestrate().run("prune", "--keep-last=1", filesystem().mountPoint()).expect(0);

    assertThat(listed().findValuesAsText("id"))
        .doesNotContain(alone.id(), id(set.required("members").get(0)))
        .hasSize(2);
    deleteSet(newer);
  }

  @Test
  void pathsThatCanNotBeASetAreRefused() {
    Path top = filesystem().mountPoint();
    Program.run("mkdir", "-p", at("d"));
    Path again = filesystem().bind(at("d"), "again");
    refused(2, "checkpoint", top, top);
    refused(2, "checkpoint", top, top.resolve("."));
    Outcome outcome = orchestrate().run("checkpoint", "--backend=" + kind().backend(), top, again);
    assertThat(outcome.status()).as(outcome.toString()).isNotZero();
    refused(3, "checkpoint", top, at("nowhere"));
    refused(125, command("backup", "--at", top, "--", "true"));
    assertThat(listed()).isEmpty();
  }

  @Test
  void aSetIsKilledAtSomeCalls() {
    breakCalls("kill");
  }

  @Test
  void aSetMeetsAnErrorAtSomeCalls() {
    breakCalls("EIO");
  }

  private void breakCalls(String fault) {
    Subject subject = subjectOnBoth();
    Object[] command = command("checkpoint", "--json");
    Tree tree = filesystem().tree(kind());
    Tree treeThere = other.tree(kind());
    List<String> stored = stored();
    int calls = stepsOf(command).size();
    orchestrate().run("delete", id(listed().get(0)), id(listed().get(1))).expect(0);

    for (int call : broken(calls)) {
      Outcome outcome = orchestrate().runBroken(fault + ":" + call, command);
      if (fault.equals("kill") && call <= calls - LAST_STEPS) {
        outcome.expect(KILLED);
      }
      String when = fault + " at call " + call + " of " + calls + ": " + outcome;
      subject.tell("pid");
      long whole = wholeOnes();
      assertThat(whole).as("listed as complete, " + when).isIn(0L, 2L);
      recoverAll();
      assertThat(listed().size()).as("checkpoints, " + when).isIn(0, 2);
      if (!listed().isEmpty()) {
        orchestrate().run("delete", listed().get(0).required("set").textValue()).expect(0);
      }
      assertThat(inventory()).as("stored, " + when).isEqualTo(stored);
      assertThat(inventoryThere()).as("stored there, " + when).isEqualTo(storedThere);
      assertThat(filesystem().tree(kind())).as("the live tree, " + when).isEqualTo(tree);
      assertThat(other.tree(kind())).as("the live tree there, " + when).isEqualTo(treeThere);
      nothingIsLeftToRecover();
    }
  }

  private long wholeOnes() {
    return Checkpoint.stream(listed())
        .filter(one -> one.required("state").textValue().equals("complete"))
        .count();
  }

  /** Each so-manieth, and of the last ones, in which the set becomes complete, more. */
  private int[] broken(int calls) {
    int[] chosen = chosen(calls);
    if (Integer.getInteger(STRIDE, 0) == 1) {
      return chosen;
    }
    return IntStream.concat(
            IntStream.of(chosen),
            IntStream.rangeClosed(calls - LAST_STEPS, calls).filter(call -> call % 7 == 0))
        .distinct()
        .toArray();
  }

  @Test
  void aDeletionOfASetIsKilledAtSomeCalls() {
    subjectOnBoth();
    List<String> stored = stored();
    List<String> before = storedThere;
    int calls = stepsOf("delete", id(checkpointBoth())).size();

    for (int call : chosen(calls)) {
      JsonNode set = checkpointBoth();
      Outcome outcome = orchestrate().runBroken("kill:" + call, "delete", id(set));
      recoverAll();
      String when = "killed at call " + call + " of " + calls + ": " + outcome;
      assertThat(listed().size()).as("checkpoints, " + when).isIn(0, 2);
      if (!listed().isEmpty()) {
        orchestrate().run("delete", id(set)).expect(0);
      }
      assertThat(inventory()).as("stored, " + when).isEqualTo(stored);
      assertThat(inventoryThere()).as("stored there, " + when).isEqualTo(before);
    }
    rememberStored();
    storedThere = before;
    nothingIsLeftToRecover();
  }
}
