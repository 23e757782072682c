package dev.orchestrate.spi;

import dev.orchestrate.linux.RawPath;
import java.util.Set;

/**
 * The snapshot that a checkpoint needs.
 *
 * @param id of the checkpoint: 12 hexadecimal digits
 * @param relinkFolder where each volume has the names given to unlinked files, relative to the
 *     volume's top; private to this checkpoint
 * @param mappedForWriting files, relative to the target, that processes can change through a
 *     mapping: their times do not tell whether they did; mmap(2)
 */
public record SnapshotRequest(
    Target target,
    String id,
    RawPath relinkFolder,
    Set<RawPath> mappedForWriting,
    Settings settings) {}
