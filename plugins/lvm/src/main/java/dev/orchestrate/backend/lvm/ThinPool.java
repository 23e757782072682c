package dev.orchestrate.backend.lvm;

import dev.orchestrate.spi.Assessment.Unfit;
import dev.orchestrate.spi.NoSpaceException;
import java.util.Locale;
import java.util.Optional;

/** A thin pool, which its volumes and all their snapshots share; lvmthin(7). */
record ThinPool(LogicalVolume volume) {
  /** In percent. Beyond it, the next writes may fill the pool before anybody notices. */
  private static final double MOST_DATA = 95;

  /**
   * Two numbers of 8 bytes in a tree whose nodes are half full, and as much for what counts them.
   */
  private static final long METADATA_OF_A_CHUNK = 64;

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

  /**
   * @param bytes to be written to its volumes
   * @param pieces in which that is, at most: each may begin and end within what is shared with a
   *     snapshot, and takes its chunks anew
   * @throws NoSpaceException if the pool would be so full that no snapshot would be taken in it
   */
  void requireRoomFor(long bytes, long pieces) {
    Optional<Unfit> lack = space().lack();
    if (lack.isPresent()) {
      throw new NoSpaceException(lack.get().reason(), "then try again");
    }
    long needed = bytes + pieces * volume.chunkSize();
    requireRoom("", needed, volume.size() * (MOST_DATA - volume.dataPercent()) / 100, "-L");
    long chunks = volume.chunkSize() == 0 ? 0 : needed / volume.chunkSize();
    requireRoom(
        "the metadata of ",
        chunks * METADATA_OF_A_CHUNK,
        volume.metadataSize() * (mostMetadata() - volume.metadataPercent()) / 100,
        "--poolmetadatasize ");
  }

  private void requireRoom(String what, long needed, double free, String option) {
    if (needed > free) {
      throw new NoSpaceException(
          "%sthe thin pool %s has room for %s, and about %s may be needed"
              .formatted(what, volume.fullName(), Space.size((long) free), Space.size(needed)),
          "enlarge it: lvextend %s+SIZE %s".formatted(option, volume.fullName()));
    }
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
