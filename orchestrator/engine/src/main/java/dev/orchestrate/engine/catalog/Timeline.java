package dev.orchestrate.engine.catalog;

import java.util.List;

/**
 * How a checkpoint was made. It is kept beside the manifest, not in it: it is not needed for a
 * restart.
 *
 * @param steps one after the other
 */
public record Timeline(List<Step> steps) {
  public static final Timeline UNKNOWN = new Timeline(List.of());

  /**
   * One step.
   *
   * @param startMicros since the checkpoint began, in microseconds
   * @param micros how long it took
   * @param frozen whether processes stood still meanwhile
   */
  public record Step(String name, long startMicros, long micros, boolean frozen) {}
}
