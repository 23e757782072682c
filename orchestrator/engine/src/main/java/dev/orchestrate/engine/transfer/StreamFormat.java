package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.Label;
import java.nio.charset.StandardCharsets;

/**
 * What a checkpoint looks like on its way; docs/transfer.md describes it. A first line names form
 * and version. Records follow: a letter, the length of what follows as four bytes, the highest
 * first, and that many bytes.
 */
final class StreamFormat {
  static final String NAME = "orchestrate-checkpoint ";

  /** With all of the tree. */
  static final int WHOLE = 1;

  /** With what differs from the tree of another checkpoint, the parent. */
  static final int DIFFERENCES_ONLY = 2;

  /** Without a tree, which is where the receiver has it mounted, too. */
  static final int SHARED = 3;

  /** {@link Header}, as JSON. */
  static final char HEADER = 'H';

  /** {@link ParentCheckpoint}, as JSON; in a stream of differences only. */
  static final char PARENT = 'P';

  /** {@link SharedManifest}, as JSON; in a stream without a tree only. */
  static final char PLACE = 'S';

  /** A part of the manifest. */
  static final char MANIFEST = 'M';

  /** A part of the tree, as tar(1) writes it. */
  static final char TREE = 'T';

  /** A part of what differs, in the place of the tree; the package {@code increment} writes it. */
  static final char DIFFERENCES = 'D';

  /** SHA-256 of every byte before this record's own content: there is nothing behind it. */
  static final char END = 'E';

  /** In bytes, of a record's content. */
  static final int LONGEST_RECORD = 1 << 20;

  private StreamFormat() {}

  /** That of every version takes as many bytes. */
  static byte[] firstLine(int version) {
    return (NAME + version + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * What a receiver has to know before anything else.
   *
   * @param label what the user wrote on the checkpoint
   */
  record Header(Compression compression, Label label) {}
}
