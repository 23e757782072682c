package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rollbacks that are killed, or fail, half-way, and what leads on and back from there. */
abstract class InterruptedRollbackSituations extends BrokenSituation {

  @Test
  void aRollbackIsKilledAtEachCallOfItsOwn() {
    breakEachCallOfARollback("kill");
  }

  @Test
  void aRollbackMeetsAnErrorAtEachCallOfItsOwn() {
    breakEachCallOfARollback("EIO");
  }

  /**
   * Afterwards the live tree may be a mixture, from which another rollback leads on or back. It
   * begins with the calls of a comparison, and those of any checkpoint.
   */
  private void breakEachCallOfARollback(String fault) {
    needs(Claim.ROLLING_BACK);
    SmallUpgrade upgrade = new SmallUpgrade(filesystem().mountPoint());
    upgrade.prepare();
    TreeState before = upgrade.state();
    Checkpoint checkpoint = checkpoint();
    upgrade.carryOut();
    int first = stepsOf("diff", checkpoint.id()).size();
    first += stepsOf(checkpointCommand(filesystem().mountPoint())).size();
    Object[] command = {"rollback", checkpoint.id()};
    int calls = stepsOf(command).size();
    assertThat(calls).isGreaterThan(first);
    deleteAllBut(checkpoint);
    assertThat(upgrade.state()).isEqualTo(before);

    for (int call : chosen(first - FEWER, calls, 5)) {
      upgrade.carryOut();
      TreeState upgraded = upgrade.state();
      Outcome outcome = orchestrate().runBroken(fault + ":" + call, command);
      if (fault.equals("kill")) {
        requireKilled(outcome, call, calls);
      }
      recoverAll();
      assertThat(at(".orchestrate-rollback")).as("call " + call).doesNotExist();
      Optional<String> undo =
          Checkpoint.stream(orchestrate().run("list", "--json").expect(0).json())
              .map(entry -> entry.required("id").textValue())
              .filter(id -> call % 2 == 0 && !id.equals(checkpoint.id()))
              .findFirst();
      orchestrate().run("rollback", undo.orElse(checkpoint.id())).expect(0);
      assertThat(upgrade.state().lines())
          .as(fault + " at call " + call + ": " + outcome)
          .isEqualTo((undo.isPresent() ? upgraded : before).lines());
      deleteAllBut(checkpoint);
      assertThat(inventory()).as(fault + " at call " + call).isEqualTo(stored());
    }
    nothingIsLeftToRecover();
  }
}
