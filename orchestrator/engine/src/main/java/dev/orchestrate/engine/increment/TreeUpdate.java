package dev.orchestrate.engine.increment;

import dev.orchestrate.engine.owner.TreeOwners;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Does in a copy of one tree the steps that make of it another. Whoever wrote them may mean harm:
 * each path is looked up below the top, step by step, and no symbolic link on the way is followed.
 */
public final class TreeUpdate {
  /** What a step that does not fit the tree ends with. */
  private static final Set<Errno> MISFITS =
      Set.of(
          Errno.ENOENT,
          Errno.ENOTDIR,
          Errno.EISDIR,
          Errno.EEXIST,
          Errno.ELOOP,
          Errno.EXDEV,
          Errno.EINVAL,
          Errno.EFBIG,
          Errno.EMLINK,
          Errno.ENOTEMPTY,
          Errno.ENAMETOOLONG);

  private final Directory top;
  private final Appearance appearance;
  private final Aside aside;
  private Optional<Step.Looks> looksOfTop = Optional.empty();

  /**
   * @param top stays open
   * @param owners by which the tree was made that is changed
   * @param notices told of attributes that the filesystem has no place for
   */
  public TreeUpdate(Directory top, TreeOwners owners, Appearance.Notices notices) {
    this.top = top;
    this.appearance = new Appearance(owners, notices);
    this.aside = new Aside(top);
  }

  /**
   * Does all.
   *
   * @param steps read to the end
   * @throws DamagedException if they are none, or none for this tree
   */
  public void apply(InputStream steps) throws IOException {
    StepReader reader = new StepReader(steps);
    Step step = reader.read();
    while (!(step instanceof Step.End)) {
      apply(step);
      step = reader.read();
    }
    aside.remove();
    appearance.give(
        top.fd(),
        looksOfTop.orElseThrow(() -> misfit("nothing tells how its top looks", null)),
        RawPath.EMPTY);
  }

  private void apply(Step step) {
    try {
      if (step instanceof Step.Describe describe && describe.path().components().isEmpty()) {
        looksOfTop = Optional.of(describe.looks()); // names come and go in it until the end
      } else if (step instanceof Step.Describe describe) {
        describe(describe.path(), describe.looks());
      } else if (!changesNames(step) && !changesContents(step)) {
        throw new IllegalArgumentException("no step: " + step);
      }
    } catch (SystemCallException e) {
      throw MISFITS.contains(e.errno())
          ? misfit(e.getMessage(), e)
          : Failures.of(e, "receiving what differs", "");
    }
  }

  private boolean changesNames(Step step) {
    if (step instanceof Step.Keep keep) {
      try (Fd file = open(keep.path(), Stat.Kind.FILE)) {
        aside.put(keep.number(), file);
      }
    } else if (step instanceof Step.Restore restore) {
      in(restore.path(), (folder, name) -> aside.take(restore.number(), folder, name));
    } else if (step instanceof Step.Remove remove) {
      in(remove.path(), Directory::removeTree);
    } else if (step instanceof Step.MakeFolder make) {
      in(make.path(), (folder, name) -> folder.makeDirectory(name, 0700));
    } else if (step instanceof Step.MakeFile make) {
      in(make.path(), (folder, name) -> folder.create(name).close());
    } else if (step instanceof Step.MakeSymlink make) {
      in(make.path(), (folder, name) -> folder.makeSymlink(name, make.target()));
    } else if (step instanceof Step.MakeNode make) {
      in(make.path(), (folder, name) -> folder.makeNode(name, make.kind(), make.device()));
    } else if (step instanceof Step.Link link) {
      try (Fd existing = openPath(link.existing())) {
        in(link.path(), existing::link);
      }
    } else {
      return false;
    }
    return true;
  }

  private boolean changesContents(Step step) {
    if (step instanceof Step.Resize resize) {
      inFile(resize.path(), file -> file.truncate(resize.size()));
    } else if (step instanceof Step.Write write) {
      inFile(
          write.path(),
          file -> {
            file.seek(write.offset());
            file.writeAll(write.data());
          });
    } else if (step instanceof Step.MakeHole hole) {
      inFile(hole.path(), file -> makeHole(file, hole.offset(), hole.length()));
    } else {
      return false;
    }
    return true;
  }

  /** Where the filesystem has none, zeros are what one reads in a hole. */
  private static void makeHole(Fd file, long offset, long length) {
    try {
      file.punchHole(offset, length);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EOPNOTSUPP, Errno.ENOSYS)) {
        throw e;
      }
      byte[] zeros = new byte[StepFormat.MOST_DATA];
      file.seek(offset);
      for (long left = length; left > 0; left -= zeros.length) {
        file.writeAll(left < zeros.length ? Arrays.copyOf(zeros, (int) left) : zeros);
      }
    }
  }

  private void describe(RawPath path, Step.Looks looks) {
    try (Fd inode = openPath(path)) {
      appearance.give(inode, looks, path);
    }
  }

  /** What is done with a name in a folder. */
  private interface NameAction {
    void in(Directory folder, RawPath name);
  }

  private void in(RawPath path, NameAction action) {
    try (Directory folder = top.openDirectory(path.parent())) {
      action.in(folder, path.name());
    }
  }

  /** What is done with an open file. */
  private interface FileAction {
    void with(Fd file);
  }

  private void inFile(RawPath path, FileAction action) {
    try (Fd inode = open(path, Stat.Kind.FILE);
        Fd file = inode.reopen(OpenFlag.O_RDWR.value())) {
      action.with(file);
    }
  }

  /** Opening a device or a FIFO to write to it would do something, or wait. */
  private Fd open(RawPath path, Stat.Kind kind) {
    Fd inode = openPath(path);
    if (inode.stat().kind() != kind) {
      inode.close();
      throw misfit(path + " is not a file", null);
    }
    return inode;
  }

  private Fd openPath(RawPath path) {
    return top.openBeneath(path, Fd.O_PATH | Fd.O_NOFOLLOW);
  }

  static DamagedException misfit(String what, SystemCallException cause) {
    String message = "what differs does not fit the parent: " + what;
    String advice = "nothing was kept; have the whole checkpoint sent, without --parent";
    return cause == null
        ? new DamagedException(message, advice)
        : new DamagedException(message, advice, cause);
  }
}
