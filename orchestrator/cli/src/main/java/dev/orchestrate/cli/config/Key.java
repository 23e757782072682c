package dev.orchestrate.cli.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a configuration can say. But for those of hooks, which are lists of words, a key is named
 * like the option that it stands for.
 */
public enum Key {
  BACKEND("backend", Form.TEXT),
  UNIT("unit", Form.TEXT, Group.SELECTION),
  CGROUP("cgroup", Form.TEXT, Group.SELECTION),
  CONTAINER("container", Form.TEXT, Group.SELECTION),
  RELINK_TEMPLATE("relink-template", Form.TEXT),
  SNAPSHOT_DIR("snapshot-dir", Form.TEXT),
  MAX_FROZEN("max-frozen", Form.SECONDS),
  TAG("tag", Form.TEXTS),
  NOTE("note", Form.TEXT),
  KEEP_LAST("keep-last", Form.COUNT, Group.RETENTION),
  KEEP_HOURLY("keep-hourly", Form.COUNT, Group.RETENTION),
  KEEP_DAILY("keep-daily", Form.COUNT, Group.RETENTION),
  KEEP_WEEKLY("keep-weekly", Form.COUNT, Group.RETENTION),
  KEEP_MONTHLY("keep-monthly", Form.COUNT, Group.RETENTION),
  KEEP_YEARLY("keep-yearly", Form.COUNT, Group.RETENTION),
  KEEP_TAG("keep-tag", Form.TEXTS, Group.RETENTION),
  BEFORE_FREEZE("before-freeze", Form.WORDS),
  AFTER_THAW("after-thaw", Form.WORDS),
  HOOK_TIMEOUT("hook-timeout", Form.COUNT),
  NO_HOOKS("no-hooks", Form.SWITCH);

  /** What is meant as a whole: who says one of them says all. */
  public enum Group {
    /** Which processes: one of them. */
    SELECTION,
    /** Which checkpoints are kept: all of them together. */
    RETENTION
  }

  private final String name;
  private final Form form;
  private final Optional<Group> group;

  Key(String name, Form form) {
    this(name, form, Optional.empty());
  }

  Key(String name, Form form, Group group) {
    this(name, form, Optional.of(group));
  }

  Key(String name, Form form, Optional<Group> group) {
    this.name = name;
    this.form = form;
    this.group = group;
  }

  /** As it is written in a file. */
  public String text() {
    return name;
  }

  Form form() {
    return form;
  }

  /** The option that it stands for, if it is one's. */
  public Optional<String> option() {
    return form == Form.WORDS ? Optional.empty() : Optional.of("--" + name);
  }

  /** Whether the two are meant as a whole, or are the same. */
  boolean goesWith(Key other) {
    return this == other || (group.isPresent() && group.equals(other.group));
  }

  /** Those that can't stand beside this one. */
  List<Key> replaces() {
    return group.equals(Optional.of(Group.SELECTION))
        ? Arrays.stream(values()).filter(this::goesWith).toList()
        : List.of();
  }

  static Optional<Key> of(String name) {
    return Arrays.stream(values()).filter(key -> key.name.equals(name)).findFirst();
  }

  static String known() {
    return Arrays.stream(values()).map(Key::text).collect(Collectors.joining(", "));
  }
}
