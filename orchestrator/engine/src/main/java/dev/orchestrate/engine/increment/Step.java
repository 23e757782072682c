package dev.orchestrate.engine.increment;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.SortedMap;

/**
 * One of the steps that make of one tree another, in the order in which they are to be done. Paths
 * are relative to the top, and name what is there when it is the step's turn.
 */
sealed interface Step {

  /** A file gets a name out of the way: it is found by its number when its own name is gone. */
  record Keep(int number, RawPath path) implements Step {}

  /** A name goes, with all that is below it. */
  record Remove(RawPath path) implements Step {}

  record MakeFolder(RawPath path) implements Step {}

  /** An empty one. */
  record MakeFile(RawPath path) implements Step {}

  /** A file that was kept gets a name again. */
  record Restore(int number, RawPath path) implements Step {}

  record MakeSymlink(RawPath path, RawPath target) implements Step {}

  /** A FIFO or a device. */
  record MakeNode(RawPath path, Stat.Kind kind, long device) implements Step {}

  /** A further name of what has one. */
  record Link(RawPath existing, RawPath path) implements Step {}

  /** What a file then has beyond its former end is a hole. */
  record Resize(RawPath path, long size) implements Step {}

  /** A part of a file is replaced: at most {@link StepFormat#MOST_DATA} bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Write(RawPath path, long offset, byte[] data) implements Step {}

  record MakeHole(RawPath path, long offset, long length) implements Step {}

  /** Owner, mode, date of modification and extended attributes; an empty path is the top. */
  record Describe(RawPath path, Looks looks) implements Step {}

  /** All is done. */
  record End() implements Step {}

  /**
   * @param permissions without the kind of file
   * @param seconds when it was modified last, since 1970
   * @param attributes all that it is to have
   */
  record Looks(
      int user,
      int group,
      int permissions,
      long seconds,
      int nanos,
      SortedMap<RawPath, byte[]> attributes) {}
}
