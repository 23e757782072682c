package dev.orchestrate.spi;

import dev.orchestrate.linux.RawPath;
import java.util.Optional;

/**
 * What a user can set for any backend.
 *
 * @param snapshotFolder where snapshots are to be kept, absolute; each backend has its own default
 */
public record Settings(Optional<RawPath> snapshotFolder) {
  public static final Settings DEFAULT = new Settings(Optional.empty());
}
