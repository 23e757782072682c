package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.diff.InodeComparison;
import dev.orchestrate.engine.diff.InodeComparison.Inode;
import dev.orchestrate.engine.diff.PairWalk;
import dev.orchestrate.engine.diff.Side;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the steps that make of one checkpoint's tree another's. What it keeps in memory is what
 * differs, and the names of each inode that has several.
 */
public final class Increment {
  private final Manifest parent;
  private final Manifest child;
  private final Cancellation cancellation;

  public Increment(Manifest parent, Manifest child, Cancellation cancellation) {
    this.parent = parent;
    this.child = child;
    this.cancellation = cancellation;
  }

  /**
   * Writes them; {@link TreeUpdate} does them.
   *
   * @param before the parent's tree, as stored
   * @return the sockets of the child's tree, which are left out
   */
  public List<RawPath> write(Directory before, Directory after, OutputStream out)
      throws IOException {
    InodeComparison comparison = new InodeComparison(parted());
    ChangedNames names = new ChangedNames(comparison, child.manifestPath());
    new PairWalk(Side.whole(before), Side.whole(after), names, cancellation::check).run();
    StepWriter writer = new StepWriter(out);
    try {
      new StepPlan(
              names,
              new Bases(names, orphansOfBoth()),
              new InodeContents(before, after, step -> write(writer, step)),
              step -> write(writer, step))
          .run();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return names.sockets();
  }

  private void write(StepWriter writer, Step step) {
    cancellation.check();
    try {
      writer.write(step);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Instant parted() {
    return parent.created().isBefore(child.created()) ? parent.created() : child.created();
  }

  /** Files that no name reached in either: by the name that they were opened by. */
  private Map<RawPath, RawPath> orphansOfBoth() {
    Map<RawPath, RawPath> before = new HashMap<>();
    for (Relink relink : parent.relinks()) {
      before.put(relink.original(), relink.relinked());
    }
    Map<RawPath, RawPath> both = new HashMap<>();
    for (Relink relink : child.relinks()) {
      Optional.ofNullable(before.get(relink.original()))
          .ifPresent(earlier -> both.put(relink.relinked(), earlier));
    }
    return both;
  }

  /** What a view has by a name that was seen there. */
  static Inode inode(Directory folder, RawPath name) {
    return new Inode(folder, name, folder.entry(name).orElseThrow());
  }
}
