package dev.orchestrate.spi;

import dev.orchestrate.linux.RawPath;
import java.util.Optional;

/**
 * What a user can set for any backend.
 *
 * @param snapshotFolder where snapshots are to be kept: absolute or, for a backend that can store
 *     on another host, {@code host:path}; each backend has its own default
 * @param stateFolder of the program, absolute: a folder of mode 0700 below which a backend may make
 *     one of its own, for mount points or for copies
 */
public record Settings(Optional<RawPath> snapshotFolder, RawPath stateFolder) {}
