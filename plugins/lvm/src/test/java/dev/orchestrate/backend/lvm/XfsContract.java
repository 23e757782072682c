package dev.orchestrate.backend.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.spi.Assessment.Fits;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class XfsContract extends OnLvm {

  @Override
  LvmFilesystem kind() {
    return LvmFilesystem.XFS_ON_THIN;
  }

  @Test
  void viewsAreMountedBesideTheirOriginThoughTheyHaveItsUuid() throws IOException {
    Path precious = Files.writeString(data.resolve("precious"), "precious");
    Program.run("chattr", "+i", precious);
    try {
      SnapshotReference reference = checkpoint(revival(inode(precious), "one"));
      Path one = mount(reference, VIEW);
      Path other = mount(reference, OTHER_VIEW);
      Files.writeString(one.resolve("file"), "one");

      assertThat(other.resolve("file")).hasContent("before");
      Path revived = other.resolve(relinked("one").text());
      assertThat(revived).hasContent("precious");
      assertThat(Program.run("lsattr", "-d", revived)).startsWith("----i");
      assertThat(Fd.stat(raw(revived)).links()).isEqualTo(2);
      new LvmBackend().delete(reference);
      assertThat(checkpointLeavesACleanFilesystem()).isTrue();
    } finally {
      Program.run("chattr", "-i", precious);
    }
  }

  private boolean checkpointLeavesACleanFilesystem() {
    checkpoint();
    checked("xfs_repair", "-n");
    return true;
  }

  @Test
  void orphansAreClonedWhereBlocksCanBeShared() throws IOException {
    assertThat(capabilities()).contains(Capability.SHARES_BLOCKS, Capability.REVIVES_NAMED);
    filesystem.close();
    use(
        MountedFilesystem.mount(
            () -> TestVolume.thin(512L << 20, "mkfs.xfs", "-q", "-m", "reflink=0"), ""));
    assertThat(capabilities())
        .containsExactlyInAnyOrder(
            Capability.ATOMIC,
            Capability.REVIVES_NAMED,
            Capability.RECEIVES,
            Capability.ROLLS_BACK);
  }

  private java.util.Set<Capability> capabilities() {
    return ((Fits) new LvmBackend().probe(target(), settings)).capabilities();
  }
}
