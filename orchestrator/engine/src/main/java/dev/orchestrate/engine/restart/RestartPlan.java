package dev.orchestrate.engine.restart;

import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Optional;

/**
 * What a restart would open, and where: made without a change.
 *
 * @param place where the view would be shown
 */
public record RestartPlan(RawPath place, List<Item> items) {

  /**
   * Something that a program needs.
   *
   * @param program which: the number and name of a recorded process, or the command
   * @param holds such as "fd 3" or "cwd"
   * @param path where it would be, absolute
   * @param opened what would be opened in the view in place of that path, relative to its top
   * @param problem why that will fail
   */
  public record Item(
      String program,
      String holds,
      RawPath path,
      Optional<RawPath> opened,
      Optional<String> problem) {}

  /** Those that will fail. */
  public List<Item> problems() {
    return items.stream().filter(item -> item.problem().isPresent()).toList();
  }
}
