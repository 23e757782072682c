package dev.orchestrate.engine.manifest;

import java.util.List;

/**
 * Checkpoints of several filesystems that were taken while the same processes stood still: together
 * they are of one moment.
 *
 * @param id of the set: 12 hexadecimal digits, which are no checkpoint's
 * @param members the ids of its checkpoints, in the order in which the user gave their paths
 */
public record SnapshotSet(String id, List<String> members) {}
