package dev.orchestrate.backend.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.spi.Progress;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.spi.SnapshotRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How far the first pass has come, as rsync(1) tells it. */
class ProgressIT extends OnCopies {
  private static final int SIZE = 40 << 20;

  private final AtomicLong expected = new AtomicLong();
  private final AtomicLong done = new AtomicLong();

  private final Progress progress =
      new Progress() {
        @Override
        public void expect(long bytes) {
          expected.set(bytes);
        }

        @Override
        public void advance(long bytes) {
          done.addAndGet(bytes);
        }
      };

  private void prepareWatched(String id) {
    RsyncBackend backend = new RsyncBackend();
    SnapshotRequest request = request(id);
    SnapshotReference reference = backend.locate(request);
    backend.prepare(reference, request, progress);
    backend.take(reference);
    seal(reference);
  }

  @Test
  void aFirstCopyTellsOfAllThatThereIsAndASecondOfWhatChanged() throws IOException {
    Files.write(data.resolve("much"), new byte[SIZE]);
    prepareWatched(ONE);
    assertThat(done.getAndSet(0)).isBetween((long) SIZE, SIZE + 1000L);
    assertThat(expected.get()).isBetween((long) SIZE, SIZE + 1000L);

    Files.write(data.resolve("more"), new byte[1000]);
    prepareWatched(TWO);
    assertThat(done.get()).isBetween(1000L, 2000L);
  }
}
