package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the copies are on the filesystem that is copied, and that can share blocks. */
@Tag("once")
class ClonesIT extends OnCopies {
  private static final int LARGE = 48 << 20;
  private static final long LITTLE = 8 << 20;

  private Path large;

  @BeforeEach
  void useXfs() throws IOException {
    use(CopiedFilesystem.XFS);
    Files.createDirectory(copies);
    Program.run("chmod", "700", copies);
    large = Files.createDirectory(data.resolve("folder")).resolve("large");
    writeAnew(1);
    Program.run("setfattr", "-n", "user.note", "-v", "a note", large);
    Program.run("chown", "1234:5678", large);
  }

  private void writeAnew(long seed) throws IOException {
    byte[] bytes = new byte[LARGE];
    new Random(seed).nextBytes(bytes);
    Files.write(large, bytes);
  }

  private long writtenDuring(Runnable action) {
    long before = filesystem.bytesWritten();
    action.run();
    return filesystem.bytesWritten() - before;
  }

  @Test
  void aFirstCopySharesItsBlocks() {
    assertThat(writtenDuring(() -> checkpoint(ONE))).as("bytes written").isLessThan(LITTLE);

    assertThat(differences(ONE)).isEmpty();
  }

  @Test
  void aFileThatHasChangedSinceTheEarlierCopySharesItsBlocks() throws IOException {
    checkpoint(TWO);
    String earlier = archive(stored(TWO));
    writeAnew(2);

    assertThat(writtenDuring(() -> checkpoint(ONE))).as("bytes written").isLessThan(LITTLE);

    assertThat(differences(ONE)).isEmpty();
    assertThat(archive(stored(TWO))).as("the earlier copy").isEqualTo(earlier);
  }

  @Test
  void aFileThatChangesBetweenThePassesSharesItsBlocks() throws IOException {
    checkpoint(TWO);
    String earlier = archive(stored(TWO));
    SnapshotReference reference = prepare(ONE);
    writeAnew(3);
    Program.run("setfattr", "-n", "user.note", "-v", "another", large);

    long written = writtenDuring(() -> new RsyncBackend().take(reference));
    seal(reference);

    assertThat(written).as("bytes written").isLessThan(LITTLE);
    assertThat(differences(ONE)).isEmpty();
    assertThat(archive(stored(TWO))).as("the earlier copy").isEqualTo(earlier);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 21})
  void whateverIsDoneTheCopyIsTheTree(long seed) throws IOException {
    RandomDeeds deeds = new RandomDeeds(data, new Random(seed));
    deeds.writesMuch();
    theCopyIsTheTreeWhatever(deeds);
  }

  @Test
  void thatBlocksAreSharedIsSaid() {
    assertThat(((Assessment.Fits) assess(data, copies)).notes())
        .contains("files share their blocks with the copies, as both are on one filesystem");
  }
}
