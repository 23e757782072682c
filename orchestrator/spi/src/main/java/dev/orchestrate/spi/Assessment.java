package dev.orchestrate.spi;

import java.util.List;
import java.util.Set;

/** A backend's answer to whether it fits a target. */
public sealed interface Assessment {

  /**
   * It fits.
   *
   * @param volumes the trees that the snapshot will consist of; the first is the target itself
   * @param notes for the user: what it costs, what will be left out
   */
  record Fits(List<Volume> volumes, Set<Capability> capabilities, List<String> notes)
      implements Assessment {}

  /** What kind of thing is in the way. */
  enum Obstacle {
    /** The filesystem, or where it lies, is not what the backend is for. */
    UNSUITED,
    /** The caller lacks a right; the reason names it. */
    PERMISSION,
    /** There is too little space left. */
    SPACE
  }

  /**
   * It does not fit.
   *
   * @param reason what is in the way and, if something can be done, what
   */
  record Unfit(String reason, Obstacle obstacle) implements Assessment {

    /** For what the backend is not for. */
    public Unfit(String reason) {
      this(reason, Obstacle.UNSUITED);
    }
  }
}
