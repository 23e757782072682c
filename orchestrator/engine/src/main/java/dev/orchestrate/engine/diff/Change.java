package dev.orchestrate.engine.diff;

import dev.orchestrate.linux.RawPath;
import java.util.List;

/**
 * A name that is in one tree only, or that stands for something else in the other.
 *
 * @param path relative to the top; "." for the top itself
 * @param what differs, in words, if it is in both
 */
public record Change(Kind kind, RawPath path, List<String> what) {

  /** From the first tree's view. */
  public enum Kind {
    ADDED("added", '+'),
    REMOVED("removed", '-'),
    CHANGED("changed", 'M');

    private final String word;
    private final char letter;

    Kind(String word, char letter) {
      this.word = word;
      this.letter = letter;
    }

    public String word() {
      return word;
    }

    public char letter() {
      return letter;
    }
  }

  static Change added(RawPath path) {
    return new Change(Kind.ADDED, path, List.of());
  }

  static Change removed(RawPath path) {
    return new Change(Kind.REMOVED, path, List.of());
  }

  static Change changed(RawPath path, List<String> what) {
    return new Change(Kind.CHANGED, path, what);
  }
}
