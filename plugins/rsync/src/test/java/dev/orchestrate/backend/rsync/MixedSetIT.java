package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Deadline;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Reply;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.SubjectProgram;
import dev.orchestrate.testkit.TestFilesystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A set of which one checkpoint is a snapshot, and the other a copy. */
@Tag("once")
class MixedSetIT extends Situation {
  private static final long RECORDS_BEFORE = 200;
  private static final int ON_BTRFS = 10;
  private static final int ON_EXT4 = 11;

  private MountedFilesystem other;

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  @Override
  protected Orchestrate newOrchestrate() {
    return Orchestrate.withPlugins("orchestrate-btrfs");
  }

  @BeforeEach
  void makeAnother() {
    other = CopiedFilesystem.EXT4.make(512 * MIB);
    atEnd(other::close);
  }

  /** The second file is always a record behind at most. */
  private Subject startWriter() {
    Subject writer = newSubject();
    writer.tell("open", ON_BTRFS, at("first"), "rw,creat,excl");
    writer.tell("open", ON_EXT4, other.path("second"), "rw,creat,excl");
    writer.tell("chain", "start", ON_BTRFS, ON_EXT4, filesystem().outside("passing"));
    Deadline.require(
        "records are written", () -> writer.tell("chain", "reached").number() > RECORDS_BEFORE);
    return writer;
  }

  @Test
  void aSnapshotAndACopyAreOfOneMoment() {
    Subject writer = startWriter();
    long before = writer.tell("chain", "reached").number();

    JsonNode set =
        orchestrate()
            .run("checkpoint", "--json", filesystem().mountPoint(), other.mountPoint())
            .expect(0)
            .json();

    long after = writer.tell("chain", "stop").number();
    JsonNode listed = orchestrate().run("list", "--json").expect(0).json();
    assertThat(listed.findValuesAsText("backend")).containsExactlyInAnyOrder("btrfs", "rsync");
    String id = set.required("id").textValue();
    Subject restarted =
        watched(orchestrate().start("restart", id, "--", SubjectProgram.path()).subject());
    Reply found = restarted.tell("chain", "verify", ON_BTRFS, ON_EXT4);
    String records = "records in both: " + found + ", of " + after;
    assertThat(found.number(0)).as(records).isBetween(found.number(1), found.number(1) + 1);
    assertThat(found.number(1)).as(records).isBetween(before, after);
    restarted.close();
    orchestrate().run("delete", id).expect(0);
    nothingIsLeftToRecover();
  }
}
