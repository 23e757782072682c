package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.checkpoint.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Input that may come late, or never: whoever waits for it hears a wish to stop. The one who reads
 * is a thread of its own, since nothing ends a read(2) of a pipe; it stays a few pieces ahead.
 */
final class PatientInput extends InputStream {
  private static final int PIECE = 1 << 16;
  private static final int MOST_AHEAD = 16;
  private static final long INTERVAL = 200; // ms

  /**
   * What was read.
   *
   * @param count of bytes, or -1 at the end
   * @param failure set instead, if reading failed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(byte[] bytes, int count, String failure) {}

  private final BlockingQueue<Piece> ahead = new LinkedBlockingQueue<>(MOST_AHEAD);
  private final Cancellation cancellation;
  private Piece piece = new Piece(new byte[0], 0, "");
  private int used;

  PatientInput(InputStream in, Cancellation cancellation) {
    this.cancellation = cancellation;
    Thread reader = new Thread(() -> readAhead(in), "reader of the stream");
    reader.setDaemon(true);
    reader.start();
  }

  private void readAhead(InputStream in) {
    try {
      Piece last;
      do {
        last = read(in);
        ahead.put(last);
      } while (last.count() >= 0 && last.failure().isEmpty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Piece read(InputStream in) {
    byte[] bytes = new byte[PIECE];
    try {
      return new Piece(bytes, in.read(bytes), "");
    } catch (IOException e) {
      return new Piece(bytes, 0, "" + e.getMessage());
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int start, int length) throws IOException {
    while (used == piece.count() && length > 0) {
      next();
    }
    if (piece.count() < 0) {
      return -1;
    }
    int count = Math.min(length, piece.count() - used);
    System.arraycopy(piece.bytes(), used, buffer, start, count);
    used += count;
    return count;
  }

  private void next() throws IOException {
    try {
      Piece come = null;
      while (come == null) {
        cancellation.check();
        come = ahead.poll(INTERVAL, TimeUnit.MILLISECONDS);
      }
      if (!come.failure().isEmpty()) {
        throw new IOException(come.failure());
      }
      piece = come;
      used = 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
