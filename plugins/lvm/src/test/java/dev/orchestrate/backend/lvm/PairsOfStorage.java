package dev.orchestrate.backend.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Claim;
import dev.orchestrate.testkit.IncrementalSituations;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import dev.orchestrate.testkit.TransferredSituation;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * From each kind of storage to each other: btrfs, LVM, and ext4 and NFS by rsync; run by {@link
 * LvmIT}.
 */
class PairsOfStorage {
  private static final TestFilesystem BTRFS = new BtrfsOnLoop();
  private static final TestFilesystem LVM = LvmFilesystem.EXT4_ON_THIN;
  private static final TestFilesystem EXT4 = CopiedStorage.EXT4;
  private static final TestFilesystem NFS = CopiedStorage.NFS;

  private static Orchestrate withAllPlugins() {
    return Orchestrate.withPlugins("orchestrate-btrfs", "orchestrate-rsync");
  }

  abstract static class Pair extends TransferredSituation {
    private static final String PIECES =
        "for i in $(seq 63 64 1023); do %s$i bs=1M count=1 conv=notrunc status=none; done";

    /** Of what is on NFS all contents are compared in the frozen time. */
    private static final String PATIENTLY = "--max-frozen=1000";

    private final TestFilesystem from;
    private final TestFilesystem to;

    Pair(TestFilesystem from, TestFilesystem to) {
      this.from = from;
      this.to = to;
    }

    @Override
    protected TestFilesystem kind() {
      return from;
    }

    @Override
    protected TestFilesystem kindElsewhere() {
      return to;
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return withAllPlugins();
    }

    @Override
    protected long size() {
      return 2 * GIB;
    }

    /**
     * A file of a gigabyte, an orphan and an unlinked folder. Each 64th MiB of the gigabyte has
     * data and the rest is a hole: the guest has neither the memory nor the time for more.
     */
    @Test
    void theWriteReachesBOfAGigabyte() {
      filesystem().change("truncate -s 1G a; " + PIECES.formatted("dd if=/dev/urandom of=a seek="));
      Checkpoint checkpoint = checkpointOfAllKinds(PATIENTLY);
      String before = digest(at("b"));

      receive(send(checkpoint)).expect(0);

      Subject restarted = writeToBElsewhere(checkpoint, elsewhere().mountPoint());
      String root = "/proc/" + restarted.pid() + "/root";
      assertThat(digest(Path.of(root + elsewhere().path("b")))).isEqualTo(before);
      if (claims(Claim.UNLINKED_FOLDERS)) {
        restarted.tell("stat", 12);
      }
    }

    private static String digest(Path file) {
      return Program.run(
          "bash",
          "-c",
          "stat -c %s \"$0\"; { " + PIECES.formatted("dd if=\"$0\" skip=") + "; } | md5sum",
          file);
    }
  }

  @Nested
  class BtrfsToLvm extends Pair {
    BtrfsToLvm() {
      super(BTRFS, LVM);
    }
  }

  @Nested
  class BtrfsToExt4 extends Pair {
    BtrfsToExt4() {
      super(BTRFS, EXT4);
    }
  }

  @Nested
  class BtrfsToNfs extends Pair {
    BtrfsToNfs() {
      super(BTRFS, NFS);
    }
  }

  @Nested
  class LvmToBtrfs extends Pair {
    LvmToBtrfs() {
      super(LVM, BTRFS);
    }
  }

  @Nested
  class LvmToExt4 extends Pair {
    LvmToExt4() {
      super(LVM, EXT4);
    }
  }

  @Nested
  class LvmToNfs extends Pair {
    LvmToNfs() {
      super(LVM, NFS);
    }
  }

  @Nested
  class Ext4ToBtrfs extends Pair {
    Ext4ToBtrfs() {
      super(EXT4, BTRFS);
    }
  }

  @Nested
  class Ext4ToLvm extends Pair {
    Ext4ToLvm() {
      super(EXT4, LVM);
    }
  }

  @Nested
  class Ext4ToNfs extends Pair {
    Ext4ToNfs() {
      super(EXT4, NFS);
    }
  }

  @Nested
  class NfsToBtrfs extends Pair {
    NfsToBtrfs() {
      super(NFS, BTRFS);
    }
  }

  @Nested
  class NfsToLvm extends Pair {
    NfsToLvm() {
      super(NFS, LVM);
    }
  }

  @Nested
  class NfsToExt4 extends Pair {
    NfsToExt4() {
      super(NFS, EXT4);
    }
  }

  @Nested
  class DifferencesFromBtrfs extends IncrementalSituations {
    @Override
    protected TestFilesystem kind() {
      return BTRFS;
    }

    @Override
    protected TestFilesystem kindElsewhere() {
      return LVM;
    }

    @Override
    protected Orchestrate newOrchestrate() {
      return withAllPlugins();
    }
  }
}
