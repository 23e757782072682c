package dev.orchestrate.engine.increment;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.DamagedException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads steps that anybody may have written; see {@link StepFormat}. What comes out of it has paths
 * of plain names and numbers that system calls take for no more than numbers.
 */
final class StepReader {
  private static final int PERMISSIONS = 07777;
  private static final int SECOND = 1_000_000_000; // in ns; utimensat(2) has a meaning for more

  private final DataInputStream in;

  StepReader(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /**
   * @throws DamagedException if there is none, or none that can be meant
   */
  Step read() throws IOException {
    try {
      return step();
    } catch (EOFException e) {
      throw damaged("what differs ends too early");
    }
  }

  private Step step() throws IOException {
    char letter = (char) in.readUnsignedByte();
    if (letter == StepFormat.END) {
      require(in.read() < 0, "what differs goes on behind its end");
      return new Step.End();
    }
    RawPath path = path(letter == StepFormat.DESCRIBE);
    return switch (letter) {
      case StepFormat.KEEP -> new Step.Keep(in.readInt(), path);
      case StepFormat.REMOVE -> new Step.Remove(path);
      case StepFormat.MAKE_FOLDER -> new Step.MakeFolder(path);
      case StepFormat.MAKE_FILE -> new Step.MakeFile(path);
      case StepFormat.RESTORE -> new Step.Restore(in.readInt(), path);
      case StepFormat.MAKE_SYMLINK -> new Step.MakeSymlink(path, text());
      case StepFormat.MAKE_FIFO -> new Step.MakeNode(path, Stat.Kind.FIFO, in.readLong());
      case StepFormat.MAKE_CHARACTER_DEVICE ->
          new Step.MakeNode(path, Stat.Kind.CHARACTER_DEVICE, in.readLong());
      case StepFormat.MAKE_BLOCK_DEVICE ->
          new Step.MakeNode(path, Stat.Kind.BLOCK_DEVICE, in.readLong());
      case StepFormat.LINK -> new Step.Link(path(false), path);
      case StepFormat.RESIZE -> new Step.Resize(path, size());
      case StepFormat.WRITE -> new Step.Write(path, size(), bytes(StepFormat.MOST_DATA));
      case StepFormat.MAKE_HOLE -> new Step.MakeHole(path, size(), size());
      case StepFormat.DESCRIBE -> new Step.Describe(path, looks());
      default -> throw damaged("what differs has something that is not known");
    };
  }

  private Step.Looks looks() throws IOException {
    int user = in.readInt();
    int group = in.readInt();
    require(user != -1 && group != -1, "an owner is no number of a user"); // chown(2) keeps it then
    int permissions = in.readInt();
    require((permissions & ~PERMISSIONS) == 0, "a mode is no mode");
    long seconds = in.readLong();
    int nanos = in.readInt();
    require(nanos >= 0 && nanos < SECOND, "a date is no date");
    return new Step.Looks(user, group, permissions, seconds, nanos, attributes());
  }

  private SortedMap<RawPath, byte[]> attributes() throws IOException {
    int count = in.readInt();
    require(count >= 0 && count <= StepFormat.MOST_ATTRIBUTES, "something has too many attributes");
    SortedMap<RawPath, byte[]> attributes = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      RawPath name = text();
      attributes.put(name, bytes(StepFormat.LONGEST_VALUE));
    }
    return attributes;
  }

  private RawPath path(boolean mayBeTop) throws IOException {
    RawPath path = text();
    require(path.isPlainRelative(), "a path leads out of the tree: " + path);
    require(mayBeTop || !path.components().isEmpty(), "a path is empty");
    return path;
  }

  private RawPath text() throws IOException {
    try {
      return RawPath.of(bytes(StepFormat.LONGEST_PATH));
    } catch (IllegalArgumentException e) {
      throw damaged("a path has a NUL byte");
    }
  }

  private long size() throws IOException {
    long size = in.readLong();
    require(size >= 0, "a size is negative");
    return size;
  }

  private byte[] bytes(int most) throws IOException {
    int length = in.readInt();
    require(length >= 0 && length <= most, "something is too long");
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw damaged(otherwise);
    }
  }

  private static DamagedException damaged(String what) {
    return new DamagedException(
        "the stream: " + what, "nothing was kept; see what the sending side says, send it again");
  }
}
