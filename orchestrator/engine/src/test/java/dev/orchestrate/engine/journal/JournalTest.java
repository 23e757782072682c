package dev.orchestrate.engine.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.manifest.SnapshotSet;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final SnapshotSet SET =
      new SnapshotSet("aaaaaaaaaaaa", List.of("0123456789ab", "bbbbbbbbbbbb"));
  private static final Entry.Begun BEGUN =
      new Entry.Begun(
          "0123456789ab",
          Optional.of(SET),
          Instant.EPOCH,
          RawPath.of("/srv/data"),
          "btrfs",
          true,
          "btrfs",
          RawPath.of(new byte[] {'a', (byte) 0xFF, '\n'}),
          List.of(RawPath.EMPTY, RawPath.of("nested")),
          Map.of("folder", RawPath.of("/srv/data/.orchestrate")));
  private static final List<Entry> MORE =
      List.of(
          new Entry.Group(RawPath.of("/sys/fs/cgroup/a/b"), RawPath.of("/sys/fs/cgroup/a")),
          new Entry.Freeze(RawPath.of("/sys/fs/cgroup/a/b/cgroup.freeze"), "0"),
          new Entry.Stop(new ProcessIdentity(4711, 123456)),
          new Entry.SetComplete(),
          new Entry.Deleting(Optional.empty()),
          new Entry.Deleting(Optional.of(SET)));

  @TempDir private Path folder;

  private Directory open() {
    return Directory.open(RawPath.of(folder.toString()));
  }

  private byte[] bytes() throws IOException {
    return Files.readAllBytes(folder.resolve("journal"));
  }

  @Test
  void whatWasNotedIsRead() {
    try (Journal journal = Journal.begin(open(), BEGUN)) {
      journal.note(MORE);
      assertThat(journal.entries()).startsWith(BEGUN).endsWith(MORE.toArray(Entry[]::new));
      assertThat(Journal.read(open())).isEqualTo(journal.entries());
    }
  }

  @Test
  void whatAnEarlierVersionNotedIsRead() {
    assertThat(ManifestFormat.read("{\"@type\":\"deleting\"}".getBytes(UTF_8), Entry.class, "test"))
        .isEqualTo(new Entry.Deleting(Optional.empty()));
  }

  @Test
  void nobodyTakesOverWhileItsCommandIsAtWork() {
    try (Journal journal = Journal.begin(open(), BEGUN)) {
      assertThat(Journal.isAbandoned(open())).isFalse();
      assertThat(Journal.takeOver(open())).isEmpty();
      assertThat(journal.entries()).containsExactly(BEGUN);
    }
    assertThat(Journal.isAbandoned(open())).isTrue();
    try (Journal taken = Journal.takeOver(open()).orElseThrow()) {
      assertThat(taken.entries()).containsExactly(BEGUN);
      taken.finish();
    }
    assertThat(folder).isEmptyDirectory();
  }

  /** The power may fail at any byte: what is whole before it counts, and nothing else. */
  @Test
  void aTornWriteIsAsIfItHadNotBeen() throws IOException {
    try (Journal journal = Journal.begin(open(), BEGUN)) {
      int first = bytes().length;
      journal.note(MORE);
      byte[] whole = bytes();
      for (int length = 0; length < whole.length; length++) {
        List<Entry> entries = Journal.parse(Arrays.copyOf(whole, length));
        assertThat(entries).isEqualTo(journal.entries().subList(0, entries.size()));
        assertThat(entries.isEmpty()).as("cut at " + length).isEqualTo(length < first);
      }
    }
  }

  /** Blocks of zeros, or of what was there before, where the new bytes should be. */
  @Test
  void aByteThatIsNotTheOneWrittenEndsTheJournal() throws IOException {
    try (Journal journal = Journal.begin(open(), BEGUN)) {
      journal.note(MORE);
      byte[] whole = bytes();
      for (int at = 0; at < whole.length; at++) {
        byte[] torn = whole.clone();
        torn[at] ^= 1;
        List<Entry> entries = Journal.parse(torn);
        assertThat(entries).as("changed at " + at).hasSizeLessThan(journal.entries().size());
        assertThat(entries).isEqualTo(journal.entries().subList(0, entries.size()));
      }
    }
  }
}
