package dev.orchestrate.engine.live;

import dev.orchestrate.linux.RawPath;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that comes into a {@link PrivateFolder} from the live tree. Its name there says what it
 * has to be, so that recovery can tell that too: somebody may have moved another inode to where it
 * was taken from.
 *
 * @param number unlike that of any other name in the folder
 * @param old number of the inode that is to be removed
 * @param made number of the inode that it is exchanged for, which has the name until then; {@code
 *     old} if there is none
 */
record Arrival(long number, long old, long made) {
  private static final Pattern NAME =
      Pattern.compile("arrival-(\\d{1,18})-(\\d{1,20})-(\\d{1,20})");

  RawPath name() {
    return RawPath.of(
        "arrival-" + number + "-" + Long.toUnsignedString(old) + "-" + Long.toUnsignedString(made));
  }

  /** What a name says; empty if it is that of something which was made in the folder. */
  static Optional<Arrival> of(RawPath name) {
    Matcher parts = NAME.matcher(name.text());
    return parts.matches()
        ? Optional.of(
            new Arrival(
                Long.parseLong(parts.group(1)),
                Long.parseUnsignedLong(parts.group(2)),
                Long.parseUnsignedLong(parts.group(3))))
        : Optional.empty();
  }

  boolean isExpected(long inode) {
    return inode == old || inode == made;
  }
}
