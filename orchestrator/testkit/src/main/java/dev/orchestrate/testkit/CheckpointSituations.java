package dev.orchestrate.testkit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The promises, as living processes on a real filesystem, that every backend has to keep. A
 * plugin's test extends this and says how to make a filesystem:
 *
 * <pre>{@code
 * class BtrfsSituationsIT extends CheckpointSituations {
 *   @Override
 *   protected TestFilesystem kind() {
 *     return new BtrfsTestFilesystem();
 *   }
 * }
 * }</pre>
 *
 * <p>They need the plugin's jar in the module's {@code target} folder, so they run after it was
 * packaged, and root; see {@link RequiresRoot}.
 */
public abstract class CheckpointSituations {

  /** Which kind of filesystem, and which backend for it. */
  protected abstract TestFilesystem kind();

  /** A Java machine for each of them would take most of the time. */
  @BeforeAll
  static void expectManyCommands() {
    InProcess.expectMany(true);
  }

  @AfterAll
  static void expectFewCommands() {
    InProcess.expectMany(false);
  }

  @Nested
  class UnlinkedFiles extends UnlinkedFileSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Sharing extends SharingSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class FileKinds extends FileKindSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Processes extends ProcessSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Mounts extends MountSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Names extends NameSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Failures extends FailureSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Restarts extends RestartSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class PlannedRestarts extends PlannedRestartSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Manifests extends ManifestSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Commands extends CliSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Backups extends BackupSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Retention extends RetentionSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Adversity extends AdversitySituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class BadInput extends BadInputSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Verification extends VerificationSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Differences extends DiffSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Transfers extends TransferSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class ResumedTransfers extends ResumedTransferSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  /** What takes the time is the start of so many programs. */
  @Nested
  @Tag("once")
  class Migrations extends MigrationSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Exports extends ExportSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Incrementals extends IncrementalSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Owners extends OwnerSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Rollbacks extends RollbackSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class HostileRollbacks extends HostileRollbackSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class HostileStreams extends HostileStreamSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class HostileIncrements extends HostileIncrementSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Hostile extends HostileSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }

  @Nested
  class Users extends UserSituations {
    @Override
    protected TestFilesystem kind() {
      return CheckpointSituations.this.kind();
    }
  }
}
