package dev.orchestrate.backend.lvm;

import dev.orchestrate.spi.NotSupportedException;

/**
 * How much space a snapshot of a thick volume gets for what changes: it has to be set aside in the
 * volume group beforehand, and a snapshot whose store is full is lost.
 */
final class ThickStore {
  /** Below this part of the origin, a snapshot would not last. */
  private static final int LEAST_PERCENT = 5;

  private static final int USUAL_PERCENT = 20;
  private static final long LEAST = 32L << 20;
  private static final long MIB = 1L << 20;

  private ThickStore() {}

  /**
   * A fifth of the origin, but half of what is free at most: a view needs a store of the same size.
   *
   * @return in bytes, whole MiB; lvm rounds it up to its extents
   */
  static long sizeFor(LogicalVolume origin) {
    long usual = Math.max(LEAST, origin.size() / 100 * USUAL_PERCENT);
    return Math.min(usual, origin.groupFree() / 2) / MIB * MIB;
  }

  /**
   * @throws NotSupportedException if there are checkpoints whose store the origin could fill
   */
  static void requireNone(LogicalVolume origin, VolumeGroup group) {
    group.volumes().stream()
        .filter(one -> one.origin().equals(origin.name()) && one.isThickSnapshot())
        .filter(one -> one.tags().contains(StoredSnapshot.TAG))
        .findFirst()
        .ifPresent(
            snapshot -> {
              throw new NotSupportedException(
                  "%s: its snapshots, such as %s, would be lost if more is written than their stores take"
                      .formatted(origin.fullName(), snapshot.fullName()),
                  "nothing was changed; delete these checkpoints first, or copy files out of a view");
            });
  }

  static Space space(LogicalVolume origin) {
    if (origin.isThickSnapshot()) {
      return Space.unsuited(
          "%s is itself a snapshot of a thick volume, of which lvm makes none"
              .formatted(origin.fullName()));
    }
    long size = sizeFor(origin);
    long least = Math.max(LEAST, origin.size() / 100 * LEAST_PERCENT);
    if (size < least) {
      return Space.tooLittle(
          "a snapshot of %s needs %s in the volume group, and a view as much; %s is free: add a disk (vgextend)"
              .formatted(origin.fullName(), Space.size(least), Space.size(origin.groupFree())));
    }
    return Space.enough(
        "%s is a thick volume: of the %s that are free in the volume group, the snapshot takes %s, and each view as much"
            .formatted(origin.fullName(), Space.size(origin.groupFree()), Space.size(size)),
        "once as much as that has changed in the origin, the snapshot is lost; each change costs a copy while it exists");
  }
}
