package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.verify.InodeDigest;
import dev.orchestrate.linux.ChangedBlocks;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/** The steps by which single inodes get what is in them, and their looks. */
final class InodeContents {
  private final Directory before;
  private final Directory after;
  private final Consumer<Step> steps;

  InodeContents(Directory before, Directory after, Consumer<Step> steps) {
    this.before = before;
    this.after = after;
    this.steps = steps;
  }

  /**
   * What differs in a file.
   *
   * @param earlier its name in the earlier tree
   * @param path its name in the later one
   */
  void change(RawPath earlier, RawPath path) {
    try (Directory folder = before.openDirectory(earlier.parent());
        Fd file = Increment.inode(folder, earlier.name()).openData()) {
      write(path, Optional.of(file));
    }
    describe(path);
  }

  /** All that a new inode has. */
  void make(NamedInode inode, RawPath path) {
    Stat stat = inode.stat();
    switch (stat.kind()) {
      case FILE -> {
        steps.accept(new Step.MakeFile(path));
        write(path, Optional.empty());
      }
      case SYMLINK -> steps.accept(new Step.MakeSymlink(path, target(path)));
      default -> steps.accept(new Step.MakeNode(path, stat.kind(), stat.rawDevice()));
    }
    describe(path);
  }

  private RawPath target(RawPath path) {
    try (Directory folder = after.openDirectory(path.parent())) {
      return Increment.inode(folder, path.name()).target();
    }
  }

  private void write(RawPath path, Optional<Fd> earlier) {
    try (Directory folder = after.openDirectory(path.parent());
        Fd file = Increment.inode(folder, path.name()).openData()) {
      long size = file.stat().size();
      if (size != earlier.map(one -> one.stat().size()).orElse(0L)) {
        steps.accept(new Step.Resize(path, size));
      }
      ChangedBlocks.find(earlier, file, new Writing(path));
    }
  }

  private final class Writing implements ChangedBlocks.Sink {
    private final RawPath path;

    Writing(RawPath path) {
      this.path = path;
    }

    @Override
    public void data(long offset, byte[] bytes) {
      steps.accept(new Step.Write(path, offset, bytes));
    }

    @Override
    public void hole(long offset, long length) {
      steps.accept(new Step.MakeHole(path, offset, length));
    }
  }

  private void describe(RawPath path) {
    try (Directory folder = after.openDirectory(path.parent());
        Fd inode = Increment.inode(folder, path.name()).openPath()) {
      describe(path, inode);
    }
  }

  /** Of the top, too, whose path is empty. */
  void describeFolder(RawPath path) {
    try (Directory folder = after.openDirectory(path)) {
      describe(path, folder.fd());
    }
  }

  private void describe(RawPath path, Fd inode) {
    Stat stat = inode.stat();
    SortedMap<RawPath, byte[]> attributes = ExtendedAttributes.all(inode);
    attributes.keySet().removeIf(name -> name.text().startsWith(InodeDigest.OVERLAY));
    steps.accept(
        new Step.Describe(
            path,
            new Step.Looks(
                stat.user(),
                stat.group(),
                stat.permissions(),
                stat.modifySeconds(),
                stat.modifyNanos(),
                attributes)));
  }
}
