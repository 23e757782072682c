package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checkpoints, several at once, of processes that write, open, unlink, fork and end as fast as they
 * can. Each writer keeps hash chains, so that a restarted one can tell by itself whether all that
 * was written before the freeze is there, and nothing after.
 */
public abstract class SoakSituations extends Situation {
  /** A system property: for how long, in seconds; it may take longer. */
  static final String SECONDS = "orchestrate.test.soak-seconds";

  private static final int USUAL_SECONDS = 40;
  private static final int WRITERS = 10;
  private static final int AT_ONCE = 5;
  private static final int AT_LEAST = 2 * AT_ONCE;
  private static final int FIRST = 10;
  private static final int SECOND = 11;

  /** A writer of chains, and how many records it has certainly written. */
  private record Writer(Subject subject, long pid) {
    long reached() {
      return subject.tell("chain", "reached").number();
    }
  }

  @Test
  void nothingIsLostUnderLoad() {
    List<Writer> writers = Stream.generate(this::newWriter).limit(WRITERS).toList();
    Subject storm = newSubject();
    storm.tell("mkdir", at("storm"), 755);
    storm.tell("storm", "start", at("storm"));
    int checkpoints = 0;
    long losses = 0;

    long end = System.nanoTime() + Duration.ofSeconds(seconds()).toNanos();
    do {
      List<Long> before = writers.stream().map(Writer::reached).toList();
      List<Checkpoint> taken = takeSeveral();
      List<Long> after = writers.stream().map(Writer::reached).toList();
      rememberStored();
      for (int i = 0; i < taken.size(); i++) {
        int chosen = (checkpoints + i) % WRITERS;
        losses += losses(taken.get(i), writers.get(chosen), before.get(chosen), after.get(chosen));
      }
      taken.forEach(one -> orchestrate().run("delete", one.id()).expect(0));
      rememberStored();
      checkpoints += taken.size();
      assertThat(after).as("writers go on").allSatisfy(n -> assertThat(n).isPositive());
    } while (System.nanoTime() < end || checkpoints < AT_LEAST);

    assertThat(storm.tell("storm", "stop").number()).as("processes in the storm").isPositive();
    for (Writer writer : writers) {
      assertThat(writer.subject().tell("chain", "stop").number()).isEqualTo(whole(writer));
    }
    Figures.add("checkpoints under load", checkpoints);
    Figures.add("losses", losses);
    assertThat(losses).as("losses").isZero();
  }

  private static long seconds() {
    return Integer.getInteger(SECONDS, USUAL_SECONDS);
  }

  /** One chain is in a file without any name, the other in one that lives on under another name. */
  private Writer newWriter() {
    Subject subject = newSubject();
    long pid = subject.pid();
    openOrphan(subject, FIRST, "first-" + pid, "");
    subject.tell("open", SECOND, at("second-" + pid), "rw,creat,excl");
    subject.tell("link", at("second-" + pid), at("other-" + pid));
    subject.tell("unlink", at("second-" + pid));
    subject.tell("chain", "start", FIRST, SECOND, filesystem().mountPoint());
    return new Writer(subject, pid);
  }

  private List<Checkpoint> takeSeveral() {
    Object[] command = checkpointCommand(filesystem().mountPoint());
    List<CompletableFuture<Outcome>> running = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      running.add(CompletableFuture.supplyAsync(() -> orchestrate().run(command)));
    }
    return running.stream().map(future -> new Checkpoint(future.join().expect(0).json())).toList();
  }

  /** Records that a writer's chains lack, or have too many, after a restart from the checkpoint. */
  private long losses(Checkpoint checkpoint, Writer writer, long before, long after) {
    Subject restarted = restart(checkpoint, "--process", writer.pid());
    Reply found = restarted.tell("chain", "verify", FIRST, SECOND);
    long first = found.number(0);
    long second = found.number(1);
    String what = "%d and %d of %d to %d".formatted(first, second, before, after);
    assertThat(first).as("chains of one moment: " + what).isBetween(second, second + 1);
    assertThat(restarted.tell("tell", FIRST).number())
        .as("where the restarted one would go on: " + what)
        .isEqualTo(first * 16);
    restarted.close();
    // what was on its way when the second reading was taken may be there too
    return Math.max(0, before - second) + Math.max(0, first - (after + 1));
  }

  private static long whole(Writer writer) {
    Reply found = writer.subject().tell("chain", "verify", FIRST, SECOND);
    assertThat(found.number(0)).isEqualTo(found.number(1));
    return found.number(0);
  }
}
