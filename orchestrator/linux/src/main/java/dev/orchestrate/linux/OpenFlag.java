package dev.orchestrate.linux;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The flags of open(2) that an open file description keeps, as fcntl(2) F_GETFL and
 * /proc/PID/fdinfo show them. The access mode O_RDONLY is the absence of the two others.
 */
public enum OpenFlag {
  O_WRONLY(1),
  O_RDWR(2),
  O_APPEND(02000),
  O_NONBLOCK(04000),
  O_DSYNC(010000),
  O_ASYNC(020000),
  O_DIRECT(Arch.HERE.directFlag),
  O_DIRECTORY(Arch.HERE.directoryFlag),
  O_NOFOLLOW(Arch.HERE.noFollowFlag),
  O_NOATIME(01000000),
  O_CLOEXEC(02000000),
  O_SYNC(04010000),
  O_PATH(010000000),
  O_TMPFILE(020000000 | Arch.HERE.directoryFlag);

  /** One for each combination, since a hundred thousand descriptors have a handful of them. */
  private static final Map<Integer, Set<OpenFlag>> SETS = new ConcurrentHashMap<>();

  private static final int ALL = bits(EnumSet.allOf(OpenFlag.class));

  private final int value;

  OpenFlag(int value) {
    this.value = value;
  }

  public int value() {
    return value;
  }

  /**
   * The flags in {@code bits}, in the order in which they are declared; the same bits give the same
   * set, which can't be changed. O_SYNC stands for itself only, though its value contains O_DSYNC.
   */
  public static Set<OpenFlag> of(int bits) {
    return SETS.computeIfAbsent(bits & ALL, OpenFlag::in);
  }

  private static Set<OpenFlag> in(int bits) {
    Set<OpenFlag> flags = EnumSet.noneOf(OpenFlag.class);
    for (OpenFlag flag : values()) {
      if ((bits & flag.value) == flag.value) {
        flags.add(flag);
      }
    }
    if (flags.contains(O_SYNC)) {
      flags.remove(O_DSYNC);
    }
    if (flags.contains(O_TMPFILE)) {
      flags.remove(O_DIRECTORY);
    }
    return Collections.unmodifiableSet(flags);
  }

  /** What open(2) takes for them. */
  public static int bits(Set<OpenFlag> flags) {
    return flags.stream().mapToInt(OpenFlag::value).reduce(0, (a, b) -> a | b);
  }
}
