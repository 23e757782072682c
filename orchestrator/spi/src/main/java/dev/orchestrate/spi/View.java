package dev.orchestrate.spi;

import dev.orchestrate.linux.RawPath;
import java.util.Optional;

/**
 * A writable, disposable tree with a snapshot's contents.
 *
 * @param root its top, absolute
 * @param relinkFolder where this view has what the snapshot has in its relink folder, relative to
 *     the volume's top, if that is elsewhere: a view in the live tree must not use up what is
 *     stored there. It is called by the checkpoint's id, a word in hyphens and the view's id, and
 *     beside the snapshot's, so that comparisons and rollbacks leave it alone
 */
public record View(RawPath root, Optional<RawPath> relinkFolder) {

  /** With the relinked names where the snapshot has them. */
  public View(RawPath root) {
    this(root, Optional.empty());
  }

  /** Whether what is written to the view is written to the live tree, for everybody to see. */
  public boolean isLiveTree() {
    return relinkFolder.isPresent();
  }
}
