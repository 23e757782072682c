package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** What a process holds without a descriptor, and processes that are many, or quick. */
public abstract class ProcessSituations extends Situation {
  private static final int MANY = 600;

  @Test
  void aFileIsOnlyMappedAndUnlinked() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "a", "content");
    subject.tell("truncate", 10, 8192);
    subject.tell("mmap", 10, 8192, "rw", "shared", 0);
    subject.tell("close", 10);
    subject.tell("mwrite", 0, 4096, "second page");

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    hasOriginal(checkpoint.relink(), "a");
    int descriptor = mappedDescriptor(restarted);
    assertThat(restarted.tell("pread", descriptor, 0, 7).text()).isEqualTo("content");
    assertThat(restarted.tell("pread", descriptor, 4096, 11).text()).isEqualTo("second page");
    assertThat(restarted.tell("stat", descriptor).number(6)).as("size").isEqualTo(8192);
  }

  /** From {@code FD=START-END:OFFSET:PROT}, of which there must be one. */
  private static int mappedDescriptor(Subject subject) {
    String mapped = subject.tell("getenv", "ORCHESTRATE_MAPPED").text();
    assertThat(mapped).matches("\\d+=\\p{XDigit}+-\\p{XDigit}+:\\p{XDigit}+:\\S+");
    return Integer.parseInt(mapped.substring(0, mapped.indexOf('=')));
  }

  @Test
  void theExecutableIsUnlinked() {
    Program.run("cp", SubjectProgram.path(), at("program"));
    Rendezvous rendezvous = newRendezvous();
    RunningProgram program = rendezvous.start(at("program"));
    atEnd(program::close);
    Subject subject = watched(rendezvous.next());
    subject.tell("unlink", at("program"));

    Checkpoint checkpoint = checkpoint();
    subject.close();
    program.awaitExit();
    atEnd(restartAll(checkpoint)::close);
    Subject restarted = watched(rendezvous.next());

    hasOriginal(checkpoint.relink(), "program");
    if (claims(Claim.ORIGINAL_NAMES)) {
      assertThat(restarted.tell("getexe").text()).isEqualTo(at("program") + " (deleted)");
    }
  }

  @Test
  void theRootOfTheProcessIsAFolderOfTheFilesystem() {
    Subject subject = newSubject();
    subject.tell("mkdir", at("jail"), 755);
    subject.tell("chroot", at("jail"));
    subject.tell("chdir", "/");
    subject.tell("open", 10, "/a", "rw,creat");
    subject.tell("write", 10, "content");
    subject.tell("unlink", "/a");

    Checkpoint checkpoint = checkpoint();

    hasOriginal(checkpoint.relink(), "jail/a");
    assertThat(manifest(checkpoint).at("/processes/0/root").toString()).contains("jail");
  }

  @Test
  @Tag("once")
  void aProcessHasTwentyThousandDescriptors(TestReporter reporter) {
    Subject subject = newSubject();
    long count = Math.min(20_000, subject.tell("limit").number() - 200);
    reporter.publishEntry("descriptors", Long.toString(count));
    subject.tell("many", count, filesystem().mountPoint(), 20, "linked");

    Checkpoint checkpoint = checkpoint();
    subject.close();
    Subject restarted = restart(checkpoint);

    assertThat(checkpoint.json().required("relinks").size()).isEqualTo((int) count);
    assertThat(restarted.tell("manyright", count, 20).number()).isEqualTo(count);
  }

  @Test
  @Tag("once")
  void processesAppearAndDieDuringTheScan() {
    needs(Claim.ATOMIC_SNAPSHOTS);
    Subject subject = newSubject();
    replaceA(subject, 10);
    Subject storm = newSubject();
    storm.tell("storm", "start", filesystem().mountPoint());

    for (int i = 0; i < 5; i++) {
      Outcome outcome = orchestrate().run(checkpointCommand(filesystem().mountPoint())).expect(0);
      rememberStored();
      Subject restarted = restart(new Checkpoint(outcome.json()), "--process", subject.pid());
      assertThat(content(restarted, 10)).isEqualTo("old");
      restarted.close();
    }

    assertThat(storm.tell("storm", "stop").number()).as("processes").isGreaterThan(5);
  }

  @Test
  void theStepsAreTracedAndTheReportStaysAsItIs() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    Outcome outcome =
        orchestrate().run(checkpointCommand(filesystem().mountPoint(), "--trace")).expect(0);
    rememberStored();

    assertThat(new Checkpoint(outcome.json()).relinks()).hasSize(1);
    List<String> frozen =
        outcome.err().lines().filter(line -> line.endsWith("(frozen)")).map(String::strip).toList();
    assertThat(frozen)
        .extracting(line -> line.replaceFirst("[0-9.]+ +[0-9.]+ +", ""))
        .containsExactly(
            "freeze  (frozen)",
            "scan  (frozen)",
            "relink  (frozen)",
            "take the snapshot  (frozen)",
            "thaw  (frozen)");
    double sum = frozen.stream().mapToDouble(line -> Double.parseDouble(line.split(" +")[1])).sum();
    double reported = outcome.json().required("frozenMicros").longValue() / 1000.0;
    assertThat(sum).as("the steps together, as reported").isBetween(reported / 2, 2 * reported + 5);
  }

  @Test
  void theFrozenTimeAsReportedIsWhatATickingProcessSees(TestReporter reporter) {
    Subject subject = newSubject();
    replaceA(subject, 10);
    subject.tell("tick", "start");
    subject.tell("tick", "report");

    long reported = checkpoint().frozenMicros();
    long seen = subject.tell("tick", "report").number();

    reporter.publishEntry("frozen", reported + " µs reported, " + seen + " µs seen");
    assertThat(reported).isLessThanOrEqualTo(10 * seen + 20_000);
    assertThat(seen).isLessThanOrEqualTo(10 * reported + 100_000);
  }

  /** Who reads our output must not be frozen, as we would wait for it; who adds to it may be. */
  @Test
  void aProcessWritesToTheSamePipeAsWeAndAnotherReadsFromIt() {
    String script =
        "{ sleep 1000 9<>%1$s/writer & \"$@\"; kill $!; } | { exec 9<>%1$s/reader; cat; }"
            .formatted(filesystem().mountPoint());

    Outcome outcome =
        orchestrate().runIn(script, checkpointCommand(filesystem().mountPoint())).expect(0);
    rememberStored();

    Checkpoint checkpoint = new Checkpoint(outcome.json());
    assertThat(manifest(checkpoint).findValuesAsText("name")).containsExactly("sleep");
    assertThat(checkpoint.json().required("warnings").toString()).contains("left out");
  }

  @Test
  void onlyTheNamedProcessIsRecorded() {
    Subject one = newSubject();
    Subject other = newSubject();
    openOrphan(one, 10, "one", "one");
    openOrphan(other, 10, "other", "other");

    Checkpoint checkpoint = checkpoint("--pid", one.pid());

    assertThat(checkpoint.processes()).containsExactly(one.pid());
    assertThat(content(restart(checkpoint), 10)).isEqualTo("one");
  }

  @Test
  void theProcessesOfACgroupAreRecorded() {
    Subject one = newSubject();
    Subject other = newSubject();
    openOrphan(one, 10, "one", "one");
    openOrphan(other, 10, "other", "other");
    TestCgroup group = new TestCgroup();
    atEnd(group::close);
    group.add(one.pid());

    Checkpoint checkpoint = checkpoint("--cgroup", group.path());
    group.release(one.pid());

    assertThat(checkpoint.processes()).containsExactly(one.pid());
  }

  /** Neither is copied early and then taken for current, nor is an offset that has moved on. */
  @Test
  void filesThatAreWrittenToAllTheTimeAreOfOneMoment() {
    needs(Claim.DISPOSABLE_VIEWS);
    filesWrittenToAllTheTimeAreOfOneMoment(newSubject());
  }

  /** Of so many descriptors, those that have not changed are not looked at again. */
  @Test
  void amongManyFilesTheFewThatAreWrittenToAreOfOneMoment() {
    needs(Claim.DISPOSABLE_VIEWS);
    Subject subject = newSubject();
    subject.tell("many", MANY, filesystem().mountPoint(), 20, "linked");

    Subject restarted = filesWrittenToAllTheTimeAreOfOneMoment(subject);

    assertThat(restarted.tell("manyright", MANY, 20).number()).isEqualTo(MANY);
  }

  private Subject filesWrittenToAllTheTimeAreOfOneMoment(Subject subject) {
    openOrphan(subject, 10, "orphan", "00000000");
    subject.tell("open", 11, at("list"), "rw,creat,excl");
    subject.tell("unlink", at("list"));
    subject.tell("count", "start", 10, 11);

    Checkpoint checkpoint = checkpoint();
    long reached = subject.tell("count", "stop").number();
    Subject restarted = restart(checkpoint);

    long counted = Long.parseLong(content(restarted, 10));
    long size = restarted.tell("tell", 11).number();
    assertThat(counted).isGreaterThan(0).isLessThanOrEqualTo(reached);
    assertThat(size / 8).as("numbers in the list").isIn(counted - 1, counted);
    assertThat(Long.parseLong(restarted.tell("pread", 11, size - 8, 100).text()))
        .as("the last in the list, at the descriptor's offset")
        .isEqualTo(size / 8);
    return restarted;
  }
}
