package dev.orchestrate.backend.rsync;

import dev.orchestrate.testkit.Storage;
import java.util.UUID;

/**
 * A tmpfs lies on nothing; each mount makes another.
 *
 * @param source a name for it, which only mount(8) shows
 */
record Tmpfs(String source) implements Storage {
  static Storage make() {
    return new Tmpfs("tmpfs-" + UUID.randomUUID());
  }

  @Override
  public String type() {
    return "tmpfs";
  }

  @Override
  public long bytesWritten() {
    return 0;
  }

  @Override
  public void close() {
    // it goes with its mount
  }
}
