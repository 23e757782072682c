package dev.orchestrate.backend.lvm;

import java.util.Locale;

/** A thin pool, which its volumes and all their snapshots share; lvmthin(7). */
record ThinPool(LogicalVolume volume) {
  /** In percent. Beyond it, the next writes may fill the pool before anybody notices. */
  private static final double MOST_DATA = 95;

  private static final double METADATA_RESERVE_PERCENT = 25;
  private static final double METADATA_RESERVE_BYTES = 4L << 20;

  static ThinPool of(LogicalVolume volume) {
    return new ThinPool(volume);
  }

  Space space() {
    String name = volume.fullName();
    if (volume.dataPercent() > MOST_DATA) {
      return Space.tooLittle(
          "the thin pool %s is %s full; enlarge it: lvextend -L+SIZE %s"
              .formatted(name, percent(volume.dataPercent()), name));
    }
    if (volume.metadataPercent() > mostMetadata()) {
      return Space.tooLittle(
          "the metadata of the thin pool %s is %s full; enlarge it: lvextend --poolmetadatasize +SIZE %s"
              .formatted(name, percent(volume.metadataPercent()), name));
    }
    return Space.enough(
        "thin pool %s: %s of %s used, metadata %s"
            .formatted(
                name,
                percent(volume.dataPercent()),
                Space.size(volume.size()),
                percent(volume.metadataPercent())),
        whenFull());
  }

  /** As lvm itself has it: a quarter or 4 MiB, what is less, stays free. */
  private double mostMetadata() {
    double reserve =
        volume.metadataSize() == 0
            ? METADATA_RESERVE_PERCENT
            : Math.min(
                METADATA_RESERVE_PERCENT, METADATA_RESERVE_BYTES * 100 / volume.metadataSize());
    return 100 - reserve;
  }

  private String whenFull() {
    String before = "when the pool is full, writes to all its volumes, snapshots or not, ";
    return before
        + (volume.whenFull().equals("error")
            ? "fail at once"
            : "wait for it to be enlarged (60 s, then they fail)");
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.1f %%", value);
  }
}
