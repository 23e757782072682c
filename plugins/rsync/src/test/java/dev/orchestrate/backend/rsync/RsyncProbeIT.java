package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Assessment.Fits;
import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.Assessment.Unfit;
import dev.orchestrate.spi.Capability;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.Settings;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where copies may be kept, and what is said if they may not. */
class RsyncProbeIT extends OnCopies {

  private static Unfit unfit(Assessment assessment) {
    assertThat(assessment).isInstanceOf(Unfit.class);
    return (Unfit) assessment;
  }

  private static Fits fits(Assessment assessment) {
    assertThat(assessment).isInstanceOf(Fits.class);
    return (Fits) assessment;
  }

  /** Megabytes that can't be stored as holes. */
  private static byte[] noise(int megabytes) {
    byte[] noise = new byte[megabytes << 20];
    new Random(1).nextBytes(noise);
    return noise;
  }

  @Test
  void anyDirectoryFitsAndNothingIsChanged() throws IOException {
    Path deep = Files.createDirectories(data.resolve("deep/er"));

    Fits fits = fits(assess(deep, copies));

    assertThat(fits.capabilities())
        .containsExactlyInAnyOrder(
            Capability.STAGES_CONTENTS, Capability.RECEIVES, Capability.ROLLS_BACK);
    assertThat(fits.volumes()).hasSize(1);
    assertThat(copies).doesNotExist();
  }

  @Test
  void copiesInsideTheTreeAreRefused() throws IOException {
    assertThat(unfit(assess(data, data.resolve("copies"))).reason()).contains("inside the tree");
    Files.createDirectory(data.resolve("copies"));
    Path bound = filesystem.bind(data.resolve("copies"), "bound");
    assertThat(unfit(assess(data, bound)).reason()).contains("inside the tree");
  }

  @Test
  void aTreeInsideTheCopiesIsRefused() {
    checkpoint(ONE);
    assertThat(unfit(assess(stored(ONE), copies)).reason()).contains("inside the folder");
  }

  @Test
  void copiesOnAnotherFilesystemThatIsMountedInTheTreeAreFine() throws IOException {
    Path inside = Files.createDirectory(data.resolve("backup"));
    Program.run("mount", "-t", "tmpfs", "-o", "size=200m,mode=700", "tmpfs", inside);
    Fits fits = fits(assess(data, inside));
    assertThat(fits.notes()).anyMatch(note -> note.contains(inside + " is left out"));
  }

  @Test
  void aFolderThatOthersCanWriteToIsRefused() throws IOException {
    Files.createDirectory(copies);
    Program.run("chmod", "777", copies);
    assertThat(unfit(assess(data, copies)).obstacle()).isEqualTo(Obstacle.PERMISSION);
    Program.run("chmod", "755", copies);
    Program.run("chown", "1234", copies);
    assertThat(unfit(assess(data, copies)).reason()).contains("belongs to user 1234");
  }

  @Test
  void aFolderThatCanNotBeMadeIsRefused() throws IOException {
    assertThat(unfit(assess(data, filesystem.path("no/such"))).reason()).contains("there is no");
    Files.createSymbolicLink(copies, data);
    assertThat(unfit(assess(data, copies)).reason()).contains("symbolic link");
  }

  @Test
  void aFolderOnAReadOnlyFilesystemIsRefused() throws IOException {
    Path readOnly = filesystem.mountAgain("read-only", "");
    Files.createDirectory(copies);
    Program.run("mount", "-o", "remount,bind,ro", readOnly);
    assertThat(unfit(assess(data, readOnly.resolve("copies"))).reason())
        .contains("can't be written to");
  }

  @Test
  void tooLittleRoomIsNoticedBeforehand() throws IOException {
    Files.write(data.resolve("large"), noise(40));
    Path small = filesystem.outside("small");
    Program.run("mount", "-t", "tmpfs", "-o", "size=50m,mode=700", "tmpfs", small);

    Unfit unfit = unfit(assess(data, small));

    assertThat(unfit.obstacle()).isEqualTo(Obstacle.SPACE);
    assertThat(unfit.reason()).contains("40 MiB").contains(small.toString());
    fits(assess(Files.createDirectory(data.resolve("little")), small));
  }

  @Test
  void whatAnEarlierCopySharesNeedsNoRoom() throws IOException {
    Files.write(data.resolve("large"), noise(120));
    Path small = filesystem.outside("small");
    Program.run("mount", "-t", "tmpfs", "-o", "size=150m,mode=700", "tmpfs", small);
    copies = small;
    fits(assess(data, small));
    checkpoint(ONE);
    fits(assess(data, small));
    Files.write(data.resolve("large too"), noise(80));
    assertThat(unfit(assess(data, small)).obstacle()).isEqualTo(Obstacle.SPACE);
  }

  @Test
  void aDestinationThatFillsUpFailsAndNothingIsLeft() throws IOException {
    Files.write(data.resolve("large"), noise(40));
    Path small = filesystem.outside("small");
    Program.run("mount", "-t", "tmpfs", "-o", "size=20m,mode=700", "tmpfs", small);
    copies = small;

    RsyncBackend backend = new RsyncBackend();
    SnapshotReference reference = backend.locate(request(ONE));
    assertThatThrownBy(() -> backend.prepare(reference, request(ONE), Progress.NONE))
        .isInstanceOf(NoSpaceException.class)
        .hasMessageContaining("large");
    backend.delete(reference);

    assertThat(small).isEmptyDirectory();
  }

  @Test
  void whatIsNoPlaceIsRefused() {
    for (String place : new String[] {"host::module", ":path", "-oProxyCommand=x:path"}) {
      Settings settings =
          new Settings(Optional.of(RawPath.of(place)), RawPath.of(copies + "-state"));
      unfit(new RsyncBackend().probe(target(data), settings));
    }
  }

  @Test
  void whatTheFilesystemDoesNotDateIsSaid() throws IOException {
    use(CopiedFilesystem.TMPFS);
    assertThat(fits(assess(data, copies)).notes())
        .anyMatch(note -> note.startsWith("tmpfs does not date"));
  }
}
