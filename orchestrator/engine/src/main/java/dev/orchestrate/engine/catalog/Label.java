package dev.orchestrate.engine.catalog;

import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a user wrote on a checkpoint. It is kept beside the manifest, not in it: it is not needed
 * for a restart, and may change.
 *
 * @param tags in order, each once
 * @param note empty if there is none
 */
public record Label(List<String> tags, String note) {
  public static final Label NONE = new Label(List.of(), "");

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/=-]{0,63}");
  private static final int LONGEST_NOTE = 1000;

  /**
   * @throws IllegalArgumentException naming what can't be a tag or a note
   */
  public Label {
    tags = tags.stream().distinct().sorted().toList();
    for (String tag : tags) {
      if (!TAG.matcher(tag).matches()) {
        throw new IllegalArgumentException(
            RawPath.printable(tag)
                + ": a tag is up to 64 letters, digits and . _ : @ / = -, the first none of these");
      }
    }
    if (note.length() > LONGEST_NOTE || !RawPath.of(note).isUtf8()) {
      throw new IllegalArgumentException(
          "a note is valid UTF-8, of up to " + LONGEST_NOTE + " characters");
    }
  }

  public boolean isEmpty() {
    return tags.isEmpty() && note.isEmpty();
  }
}
