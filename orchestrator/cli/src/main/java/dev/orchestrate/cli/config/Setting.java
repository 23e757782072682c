package dev.orchestrate.cli.config;

import dev.orchestrate.linux.RawPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a file says about one key.
 *
 * @param words the value as it would be typed; {@code true} or {@code false} for a switch
 * @param path that it is about; empty if it is about all
 * @param file that says so
 * @param line of the file, from 1 on
 */
public record Setting(Key key, List<String> words, Optional<RawPath> path, Path file, int line) {

  /** Whether it stands for an option without a value. */
  public boolean isSwitch() {
    return key.form() == Form.SWITCH;
  }

  /** Where it is from, for people. */
  public String origin() {
    return file + ":" + line + path.map(one -> ", for " + one).orElse("");
  }
}
