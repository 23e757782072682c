package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one copy shares with the one before. */
@Tag("once")
class EarlierCopyIT extends OnCopies {

  private void makeFiles() throws IOException {
    Files.createDirectories(data.resolve("d"));
    for (int i = 0; i < 40; i++) {
      byte[] contents = new byte[1 << 20];
      new Random(i).nextBytes(contents);
      Files.write(data.resolve("d/" + i), contents);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUnchangedTreeIsSharedWhole(boolean dated) throws IOException {
    if (!dated) {
      use(CopiedFilesystem.TMPFS);
    }
    makeFiles();
    checkpoint(ONE);
    long before = filesystem.bytesWritten();
    checkpoint(TWO);

    assertThat(filesystem.bytesWritten() - before).isLessThan(4L << 20);
    for (String name : new String[] {"file", "d/0", "d/39"}) {
      assertThat(stat(stored(TWO).resolve(name)).inode())
          .as(name)
          .isEqualTo(stat(stored(ONE).resolve(name)).inode());
    }
    assertThat(differences(TWO)).isEmpty();
  }

  @Test
  void onlyWhatChangedIsCopied() throws IOException {
    makeFiles();
    checkpoint(ONE);
    Files.write(data.resolve("d/7"), new byte[] {1});

    checkpoint(TWO);

    assertThat(stored(TWO).resolve("d/7")).hasBinaryContent(new byte[] {1});
    assertThat(stored(ONE).resolve("d/7")).hasSize(1 << 20);
    assertThat(stat(stored(TWO).resolve("d/8")).inode())
        .isEqualTo(stat(stored(ONE).resolve("d/8")).inode());
  }

  /** As relinking does it, before and after each checkpoint. */
  @Test
  void aFileThatOnlyGotAndLostANameIsShared() throws IOException {
    checkpoint(ONE);
    Files.createLink(data.resolve("relink"), data.resolve("file"));
    Files.delete(data.resolve("relink"));

    checkpoint(TWO);

    assertThat(stat(stored(TWO).resolve("file")).inode())
        .isEqualTo(stat(stored(ONE).resolve("file")).inode());
  }

  @Test
  void aFileThatWasGivenItsOldTimeAgainIsCopied() throws IOException {
    FileTime time = Files.getLastModifiedTime(data.resolve("file"));
    checkpoint(ONE);
    Files.writeString(data.resolve("file"), "AFTER!");
    Files.setLastModifiedTime(data.resolve("file"), time);

    checkpoint(TWO);

    assertThat(stored(ONE).resolve("file")).hasContent("before");
    assertThat(stored(TWO).resolve("file")).hasContent("AFTER!");
  }

  @Test
  void anIncompleteCopyIsNotSharedWithAndNotMounted() {
    SnapshotReference incomplete = prepare(ONE);

    checkpoint(TWO);

    assertThat(stat(stored(TWO).resolve("file")).links()).isEqualTo(1);
    assertThatThrownBy(() -> mount(incomplete, VIEW)).isInstanceOf(DamagedException.class);
    new RsyncBackend().delete(incomplete);
    assertThat(copies.resolve(ONE)).doesNotExist();
    assertThat(copies.resolve(TWO)).exists();
  }

  /** While its program lives, it is as good as not there: see above. */
  @Test
  void anInterruptedCopyIsTakenUpAgain() throws IOException {
    makeFiles();
    SnapshotReference incomplete = prepare(ONE);
    Files.delete(stored(ONE).resolve("d/3")); // it had not come to that
    Files.writeString(data.resolve("file"), "AFTER!");
    Program.run("touch", "--date=2001-02-03", data.resolve("d/5"));
    endTheMakerOf(ONE);
    long before = filesystem.bytesWritten();

    checkpoint(TWO);

    assertThat(filesystem.bytesWritten() - before).isLessThan(8L << 20);
    assertThat(stat(stored(TWO).resolve("d/8")).inode())
        .isEqualTo(stat(stored(ONE).resolve("d/8")).inode());
    assertThat(differences(TWO)).isEmpty();
    new RsyncBackend().delete(incomplete);
    assertThat(differences(TWO)).isEmpty();
  }

  /** The process that makes it is this one; none has its number and another start. */
  private void endTheMakerOf(String id) throws IOException {
    Path note = copies.resolve(id).resolve("begun");
    String text = Files.readString(note);
    String ended = text.replaceFirst("(?m)^(maker=\\d+) .*$", "$1 1");
    assertThat(ended).isNotEqualTo(text);
    Files.writeString(note, ended);
  }

  @Test
  void theCopyOfAnotherTreeAtTheSamePathIsComparedByContents() throws IOException {
    Program.run("touch", "--date=2001-02-03", data.resolve("file"));
    Path other = Files.createDirectory(filesystem.path("other"));
    Files.writeString(other.resolve("file"), "AFTER!");
    Program.run("touch", "--date=2001-02-03", other.resolve("file"));
    checkpoint(ONE);
    Files.move(data, filesystem.path("aside"));
    Files.move(other, data);

    checkpoint(TWO);

    assertThat(stored(TWO).resolve("file")).hasContent("AFTER!");
  }

  /** What is in it already is not what the tree was, though no date in the tree tells. */
  @Test
  void whatSomebodyDidInTheEarlierCopyIsNotTakenOver() throws IOException {
    Files.createDirectories(data.resolve("d/e"));
    Files.writeString(data.resolve("d/e/kept"), "kept");
    Files.createSymbolicLink(data.resolve("link"), Path.of("file"));
    Files.createLink(data.resolve("other"), data.resolve("file"));
    for (String name : new String[] {"gone", "longer", "mode", "owner", "kind", "d/gone"}) {
      Files.writeString(data.resolve(name), name);
    }
    checkpoint(ONE);
    Path copy = stored(ONE);
    Program.run("rm", "-r", copy.resolve("gone"), copy.resolve("d"), copy.resolve("link"));
    Files.writeString(copy.resolve("longer"), "more than it was");
    Program.run("chmod", "600", copy.resolve("mode"), copy.resolve("file"));
    Program.run("chown", "1234", copy.resolve("owner"));
    Files.delete(copy.resolve("kind"));
    Files.createDirectory(copy.resolve("kind"));
    Files.writeString(copy.resolve("kind/more"), "more");
    Files.writeString(copy.resolve("more"), "more");
    String before = archive(copy);

    checkpoint(TWO);

    assertThat(differences(TWO)).isEmpty();
    assertThat(archive(copy)).as("the earlier copy").isEqualTo(before);
  }

  @Test
  void namesThatTheEarlierCheckpointGaveAreNotTakenOver() throws IOException {
    Files.createDirectory(data.resolve("lost+found"));
    checkpoint(ONE);
    checkpoint(TWO);

    assertThat(stored(ONE).resolve("lost+found/checkpoint")).isDirectoryContaining("glob:**" + ONE);
    assertThat(stored(TWO).resolve("lost+found/checkpoint"))
        .isDirectoryNotContaining("glob:**" + ONE)
        .isDirectoryContaining("glob:**" + TWO);
  }

  /** As if the disk with the copies were not mounted. */
  @Test
  void aCopyThatIsNotThereIsToldFromOneThatIs() throws IOException {
    SnapshotReference reference = checkpoint(ONE);
    new RsyncBackend().requireReachable(reference);
    Files.move(copies, copies.resolveSibling("aside"));

    assertThatThrownBy(() -> new RsyncBackend().requireReachable(reference))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(copies.resolve(ONE).toString());
  }

  @Test
  void deletingOneLeavesTheOther() {
    SnapshotReference first = checkpoint(ONE);
    checkpoint(TWO);

    new RsyncBackend().delete(first);
    new RsyncBackend().delete(first);

    assertThat(stored(TWO).resolve("file")).hasContent("before");
    assertThat(copies).isDirectoryContaining("glob:**" + TWO);
  }
}
