package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.Stream;

/** A tree that is changed, and rolled back. */
abstract class RolledBackSituation extends Situation {

  /** Runs lines of shell at the top of the tree. */
  void sh(String... lines) {
    Program.run("sh", "-ec", "cd " + filesystem().mountPoint() + "\n" + String.join("\n", lines));
  }

  TreeState state() {
    return TreeState.of(filesystem().mountPoint());
  }

  /** A rollback that has to succeed, and what it reports. */
  JsonNode rollBack(Object... words) {
    Object[] command =
        Stream.concat(Stream.of("rollback", "--json"), Arrays.stream(words)).toArray();
    Outcome outcome = orchestrate().run(command).expect(0);
    rememberStored();
    assertThat(filesystem().strayMounts()).isEmpty();
    return outcome.json();
  }
}
