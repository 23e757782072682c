package dev.orchestrate.linux;

import java.time.Duration;
import java.time.Instant;

/**
 * What of {@link Stat} tells which inode something is, and whether it has changed: half of the
 * memory, of which a hundred thousand open files need a lot.
 *
 * @param device as st_dev
 * @param mode kind and permissions, as st_mode
 * @param links number of names; 0 for an orphan
 * @param size in bytes
 * @param changeSeconds of its ctime, with {@code changeNanos}
 * @param mountId as in /proc/self/mountinfo
 */
public record InodeState(
    long device,
    long inode,
    int mode,
    int links,
    long size,
    long changeSeconds,
    int changeNanos,
    long mountId) {

  /** Longer than the clock tick by which the kernel dates changes; ktime_get_coarse(9). */
  private static final Duration TICK = Duration.ofMillis(50);

  public InodeKey key() {
    return new InodeKey(device, inode);
  }

  public Stat.Kind kind() {
    return Stat.Kind.of(mode);
  }

  public boolean isDirectory() {
    return kind() == Stat.Kind.DIRECTORY;
  }

  public boolean isSameInode(InodeState other) {
    return device == other.device && inode == other.inode;
  }

  /**
   * Whether a change after {@code moment} would certainly show in the ctime, which no program can
   * set: it is older by more than a tick of the clock; inode(7).
   *
   * @param moment no sooner than this was looked at
   */
  public boolean isOlderThan(Instant moment) {
    return Instant.ofEpochSecond(changeSeconds, changeNanos).plus(TICK).isBefore(moment);
  }

  /**
   * Whether nothing about the inode has certainly changed since {@code earlier}: it has the same
   * ctime, and that was old enough.
   *
   * @param noted when something was concluded from {@code earlier}, no sooner than it was taken
   */
  public boolean isUnchangedSince(InodeState earlier, Instant noted) {
    return changeSeconds == earlier.changeSeconds
        && changeNanos == earlier.changeNanos
        && isOlderThan(noted);
  }
}
