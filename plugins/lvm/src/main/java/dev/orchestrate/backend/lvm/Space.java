package dev.orchestrate.backend.lvm;

import dev.orchestrate.spi.Assessment.Obstacle;
import dev.orchestrate.spi.Assessment.Unfit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a snapshot can be made, and lasts.
 *
 * @param lack what is in the way, if anything
 * @param notes for the user
 */
record Space(Optional<Unfit> lack, List<String> notes) {

  static Space enough(String... notes) {
    return new Space(Optional.empty(), List.of(notes));
  }

  static Space tooLittle(String reason) {
    return new Space(Optional.of(new Unfit(reason, Obstacle.SPACE)), List.of());
  }

  static Space unsuited(String reason) {
    return new Space(Optional.of(new Unfit(reason)), List.of());
  }

  /** In the unit that suits it, as lvm prints sizes. */
  static String size(long bytes) {
    double gib = bytes / (double) (1L << 30);
    return gib >= 1
        ? String.format(Locale.ROOT, "%.1f GiB", gib)
        : String.format(Locale.ROOT, "%.0f MiB", bytes / (double) (1L << 20));
  }
}
