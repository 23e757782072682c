package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Checkpoints that can't succeed, or have company: nobody stays frozen, and nothing is left. */
public abstract class FailureSituations extends Situation {

  @Test
  void theFilesystemIsFullDuringRelink() {
    Subject subject = newSubject();
    subject.tell("many", 200, filesystem().mountPoint(), 20, "linked");
    openOrphan(subject, 10, "orphan", "content");
    subject.tell("mkdir", at("full"), 755);
    subject.tell("exhaust", at("full"));

    Tree before = filesystem().tree(kind());
    Outcome outcome = orchestrate().run(checkpointCommand(filesystem().mountPoint()));

    assertThat(filesystem().tree(kind())).as("the live tree").isEqualTo(before);
    assertThat(outcome.status()).as(outcome.toString()).isIn(0, 6);
    if (outcome.status() == 0) {
      rememberStored();
      Subject restarted = restart(new Checkpoint(outcome.json()));
      assertThat(restarted.tell("manyright", 200, 20).number()).isEqualTo(200);
      assertThat(content(restarted, 10)).isEqualTo("content");
    } else {
      assertThat(outcome.err().lines().count()).as(outcome.toString()).isBetween(1L, 2L);
    }
  }

  /** More and more memory: it runs out later and later, until it is enough. */
  @Test
  @Tag("once")
  void javaRunsOutOfMemory(TestReporter reporter) {
    Subject subject = newSubject();
    long count = Math.min(20_000, subject.tell("limit").number() - 200);
    subject.tell("many", count, filesystem().mountPoint(), 20, "linked");
    Tree before = filesystem().tree(kind());
    List<Integer> tooSmall = new ArrayList<>();

    for (int heap = 8; ; heap += 9) {
      Outcome outcome =
          orchestrate().runWithHeap(heap, checkpointCommand(filesystem().mountPoint()));
      subject.tell("pid");
      if (outcome.status() == 0) {
        orchestrate().run("delete", new Checkpoint(outcome.json()).id()).expect(0);
        break;
      }
      tooSmall.add(heap);
      assertThat(outcome.expect(6).err()).contains("memory", "-Xmx").doesNotContain("\tat ");
      orchestrate().run("recover").expect(0);
      assertThat(filesystem().tree(kind())).as(heap + " MiB: the tree").isEqualTo(before);
      assertThat(inventory()).as(heap + " MiB: what is stored").isEqualTo(stored());
    }

    assertThat(tooSmall).hasSizeGreaterThan(2);
    reporter.publishEntry("out of memory with MiB", tooSmall.toString());
  }

  @Test
  void twoUnlinkedFilesWantTheSameRelinkName() {
    needs(Claim.ORIGINAL_NAMES);
    Subject subject = newSubject();
    subject.tell("mkdir", at("d"), 755);
    openOrphan(subject, 10, "same", "one");
    openOrphan(subject, 11, "d/same", "other");

    refusedCheckpoint(7, "--relink-template", ".held/{id}/{name}");
  }

  @Test
  void aRelinkNameIsTooLong() {
    needs(Claim.ORIGINAL_NAMES);
    Subject subject = newSubject();
    openOrphan(subject, 10, "n".repeat(255), "content");

    refusedCheckpoint(7, "--relink-template", ".held/{id}/{inode}-{name}");
  }

  @Test
  void theRelinkFolderIsALinkToSomewhereElse() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "a", "content");
    Program.run("mkdir", at("elsewhere"));
    Program.run("ln", "-s", "elsewhere", at("held"));

    refusedCheckpoint(7, "--relink-template", "held/{id}/{inode}");
  }

  @Test
  void theRelinkFolderIsAFile() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "a", "content");
    subject.tell("creat", at("held"), "a file");

    refusedCheckpoint(7, "--relink-template", "held/{id}/{inode}");
  }

  @Test
  void theProcessesWouldBeFrozenForTooLong() {
    Subject subject = newSubject();
    subject.tell("many", 2000, filesystem().mountPoint(), 20, "linked");

    refusedCheckpoint(9, "--max-frozen", "0.0001");

    assertThat(subject.tell("manyright", 2000, 20).number()).isEqualTo(2000);
  }

  @Test
  void aCheckpointWorksAfterOneThatFailed() {
    needs(Claim.ORIGINAL_NAMES);
    Subject subject = newSubject();
    openOrphan(subject, 10, "n".repeat(255), "content");
    refusedCheckpoint(7, "--relink-template", ".held/{id}/{inode}-{name}");

    assertThat(content(restart(checkpoint()), 10)).isEqualTo("content");
  }

  @Test
  void twoCheckpointsOfOneFilesystemAreTakenAtOnce() {
    List<Subject> subjects = List.of(newSubject(), newSubject());
    for (Subject subject : subjects) {
      openOrphan(subject, 10, "a" + subject.pid(), "of " + subject.pid());
    }
    Tree before = filesystem().tree(kind());

    List<CompletableFuture<Outcome>> running =
        subjects.stream()
            .map(subject -> checkpointCommand(filesystem().mountPoint(), "--pid", subject.pid()))
            .map(command -> CompletableFuture.supplyAsync(() -> orchestrate().run(command)))
            .toList();
    List<Checkpoint> checkpoints =
        running.stream().map(future -> new Checkpoint(future.join().expect(0).json())).toList();
    rememberStored();

    assertThat(filesystem().tree(kind())).as("the live tree").isEqualTo(before);
    for (int i = 0; i < 2; i++) {
      assertThat(content(restart(checkpoints.get(i)), 10)).isEqualTo("of " + subjects.get(i).pid());
    }
  }

  @Test
  void twoCheckpointsOfTheSameProcessAreTakenAtOnce() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    Object[] command = checkpointCommand(filesystem().mountPoint());

    List<Checkpoint> checkpoints =
        Stream.of(command, command)
            .map(words -> CompletableFuture.supplyAsync(() -> orchestrate().run(words)))
            .toList()
            .stream()
            .map(future -> new Checkpoint(future.join().expect(0).json()))
            .toList();
    rememberStored();

    for (Checkpoint checkpoint : checkpoints) {
      assertThat(checkpoint.relinks()).hasSize(2);
      Subject restarted = restart(checkpoint);
      assertThat(content(restarted, 10)).isEqualTo("old");
      assertThat(content(restarted, 11)).isEqualTo("orphan");
    }
  }
}
