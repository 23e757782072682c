package dev.orchestrate.backend.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.CheckpointSituations;
import dev.orchestrate.testkit.ShippedUnit;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The promises with ext4 on a thin volume; run in a guest by {@link LvmIT}. */
class Ext4OnThinSituations extends CheckpointSituations {

  @Override
  protected TestFilesystem kind() {
    return LvmFilesystem.EXT4_ON_THIN;
  }

  /** What the shipped unit of systemd needs in a drop-in. */
  @Nested
  class Rights extends Situation {
    @Override
    protected TestFilesystem kind() {
      return LvmFilesystem.EXT4_ON_THIN;
    }

    @Test
    void theUnitsRightsAndOneMoreAreEnough() {
      Subject subject = newSubject();
      replaceA(subject, 10);
      openOrphan(subject, 11, "orphan", "of nobody");
      Object[] command = checkpointCommand(filesystem().mountPoint());
      List<String> rights = new ArrayList<>(ShippedUnit.capabilities());
      orchestrate().runWithOnly(rights, command).expect(5);
      rights.add("CAP_SYS_ADMIN");

      Checkpoint checkpoint =
          new Checkpoint(orchestrate().runWithOnly(rights, command).expect(0).json());

      rememberStored();
      Subject restarted = restart(checkpoint);
      assertThat(content(restarted, 11)).isEqualTo("of nobody");
    }
  }
}
