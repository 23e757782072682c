package dev.orchestrate.cli.config;

import dev.orchestrate.linux.RawPath;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the files say that a command reads, in their order: later ones go before earlier ones. */
public final class Configuration {
  public static final Configuration EMPTY = new Configuration(List.of());

  private final List<Setting> settings;

  Configuration(List<Setting> settings) {
    this.settings = List.copyOf(settings);
  }

  /**
   * What holds for a path: what is said about it before what is said in general. Of keys that are
   * meant as a whole, either all are about the path or none is.
   *
   * @param path as typed; empty for what holds without one
   */
  public Map<Key, Setting> holding(Optional<RawPath> path) {
    Optional<RawPath> normal = path.map(ConfigurationFile::normal);
    Map<Key, Setting> ofPath =
        normal.isPresent() ? about(normal) : new EnumMap<Key, Setting>(Key.class);
    Map<Key, Setting> all = about(Optional.empty());
    all.keySet().removeIf(key -> ofPath.keySet().stream().anyMatch(key::goesWith));
    all.putAll(ofPath);
    return all;
  }

  /** Which checkpoints of a path are to be kept. */
  public List<Setting> retention(RawPath path) {
    return holding(Optional.of(path)).values().stream()
        .filter(setting -> setting.key().goesWith(Key.KEEP_LAST))
        .toList();
  }

  private Map<Key, Setting> about(Optional<RawPath> path) {
    Map<Key, Setting> found = new EnumMap<>(Key.class);
    for (Setting setting : settings) {
      if (setting.path().equals(path)) {
        setting.key().replaces().forEach(found::remove);
        found.put(setting.key(), setting);
      }
    }
    return found;
  }

  /**
   * Looks whether these hold for all paths, for a command about all.
   *
   * @return what was given
   * @throws ConfigurationException if there are others for single paths that are meant as a whole
   *     with one of these
   */
  public List<Setting> requireForAll(List<Setting> general) {
    for (Setting one : general) {
      for (Setting other : settings) {
        if (other.path().isPresent() && other.key().goesWith(one.key())) {
          throw new ConfigurationException(
              one.origin()
                  + ": "
                  + one.key().text()
                  + " does not hold for all, as "
                  + other.origin(),
              "give the path, or type what is to hold for all");
        }
      }
    }
    return general;
  }

  /**
   * Looks whether the same holds for two paths, for a command about both.
   *
   * @throws ConfigurationException naming a line that holds for one of them only
   */
  public static void requireSame(Collection<Setting> ofOne, Collection<Setting> ofOther) {
    requireIn(ofOne, ofOther);
    requireIn(ofOther, ofOne);
  }

  private static void requireIn(Collection<Setting> others, Collection<Setting> settings) {
    for (Setting one : settings) {
      if (others.stream()
          .noneMatch(other -> other.key() == one.key() && other.words().equals(one.words()))) {
        throw new ConfigurationException(
            one.origin() + ": " + one.key().text() + " does not hold for all of the paths",
            "type what is to hold for all, or say the same about each");
      }
    }
  }

  /** Those that stand, once some of them were typed. */
  public static List<Setting> notTyped(Collection<Setting> holding, Collection<Key> typed) {
    return holding.stream()
        .filter(setting -> typed.stream().noneMatch(setting.key()::goesWith))
        .toList();
  }
}
