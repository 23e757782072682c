package dev.orchestrate.cli.config;

import dev.orchestrate.linux.RawPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** Reads one file: keys that hold in general, and for each path a table of keys. */
final class ConfigurationFile {
  private final Path file;
  private final List<Setting> settings = new ArrayList<>();

  private ConfigurationFile(Path file) {
    this.file = file;
  }

  /**
   * @throws ConfigurationException if it can't be read, is not TOML, or has unknown keys or values
   *     that do not fit
   */
  static List<Setting> read(Path file) {
    ConfigurationFile read = new ConfigurationFile(file);
    try {
      read.take(Toml.parse(file));
      return read.settings;
    } catch (IOException e) {
      throw new ConfigurationException(
          file + ": can't be read: " + e.getMessage(), "mend it, or go without: --no-config");
    }
  }

  private void take(TomlParseResult parsed) {
    for (TomlParseError error : parsed.errors()) {
      throw wrong(error.position().line(), firstLine(error.getMessage()), "see https://toml.io");
    }
    for (String name : parsed.keySet()) {
      if (name.startsWith("/") && parsed.get(List.of(name)) instanceof TomlTable table) {
        take(table, Optional.of(normal(RawPath.of(name))));
      } else {
        take(parsed, name, Optional.empty());
      }
    }
  }

  private void take(TomlTable table, Optional<RawPath> path) {
    for (String name : table.keySet()) {
      take(table, name, path);
    }
  }

  private void take(TomlTable table, String name, Optional<RawPath> path) {
    int line = table.inputPositionOf(List.of(name)).line();
    Object value = table.get(List.of(name));
    Key key =
        Key.of(name)
            .orElseThrow(
                () ->
                    value instanceof TomlTable
                        ? wrong(
                            line, name + ": is not a path", "a table is for one: [\"/srv/data\"]")
                        : wrong(line, name + ": there is no such key", "known: " + Key.known()));
    List<String> words =
        key.form()
            .words(value)
            .orElseThrow(() -> wrong(line, name + ": has to be " + key.form().meaning(), ""));
    settings.add(new Setting(key, words, path, file, line));
  }

  private ConfigurationException wrong(int line, String what, String advice) {
    return new ConfigurationException(file + ":" + line + ": " + RawPath.printable(what), advice);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("is not TOML");
  }

  /** Without what may be written in several ways: a slash at the end, dots. */
  static RawPath normal(RawPath path) {
    RawPath normal = RawPath.of("/");
    for (RawPath part : path.toAbsolute().components()) {
      if (part.text().equals("..")) {
        normal = normal.parent();
      } else if (!part.text().equals(".")) {
        normal = normal.resolve(part);
      }
    }
    return normal;
  }
}
