package dev.orchestrate.engine.increment;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotSupportedException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** Writes steps; see {@link StepFormat}. */
final class StepWriter {
  private final DataOutputStream out;

  StepWriter(OutputStream out) {
    this.out = new DataOutputStream(out);
  }

  void write(Step step) throws IOException {
    if (step instanceof Step.Keep keep) {
      begin(StepFormat.KEEP, keep.path());
      out.writeInt(keep.number());
    } else if (step instanceof Step.Remove remove) {
      begin(StepFormat.REMOVE, remove.path());
    } else if (step instanceof Step.MakeFolder folder) {
      begin(StepFormat.MAKE_FOLDER, folder.path());
    } else if (step instanceof Step.MakeFile file) {
      begin(StepFormat.MAKE_FILE, file.path());
    } else if (step instanceof Step.Restore restore) {
      begin(StepFormat.RESTORE, restore.path());
      out.writeInt(restore.number());
    } else if (step instanceof Step.MakeSymlink link) {
      begin(StepFormat.MAKE_SYMLINK, link.path());
      bytes(link.target().bytes());
    } else if (step instanceof Step.MakeNode node) {
      begin(letter(node), node.path());
      out.writeLong(node.device());
    } else if (step instanceof Step.Link link) {
      begin(StepFormat.LINK, link.path());
      bytes(link.existing().bytes());
    } else if (step instanceof Step.End) {
      out.writeByte(StepFormat.END);
      out.flush();
    } else {
      writeContents(step);
    }
  }

  private void writeContents(Step step) throws IOException {
    if (step instanceof Step.Resize resize) {
      begin(StepFormat.RESIZE, resize.path());
      out.writeLong(resize.size());
    } else if (step instanceof Step.Write write) {
      begin(StepFormat.WRITE, write.path());
      out.writeLong(write.offset());
      bytes(write.data());
    } else if (step instanceof Step.MakeHole hole) {
      begin(StepFormat.MAKE_HOLE, hole.path());
      out.writeLong(hole.offset());
      out.writeLong(hole.length());
    } else if (step instanceof Step.Describe describe) {
      begin(StepFormat.DESCRIBE, describe.path());
      write(describe.looks());
    } else {
      throw new IllegalArgumentException("no step: " + step);
    }
  }

  private void write(Step.Looks looks) throws IOException {
    out.writeInt(looks.user());
    out.writeInt(looks.group());
    out.writeInt(looks.permissions());
    out.writeLong(looks.seconds());
    out.writeInt(looks.nanos());
    out.writeInt(looks.attributes().size());
    for (Map.Entry<RawPath, byte[]> attribute : looks.attributes().entrySet()) {
      bytes(attribute.getKey().bytes());
      bytes(attribute.getValue());
    }
  }

  private static char letter(Step.MakeNode node) {
    return switch (node.kind()) {
      case FIFO -> StepFormat.MAKE_FIFO;
      case CHARACTER_DEVICE -> StepFormat.MAKE_CHARACTER_DEVICE;
      case BLOCK_DEVICE -> StepFormat.MAKE_BLOCK_DEVICE;
      default -> throw new IllegalArgumentException("not a node: " + node);
    };
  }

  private void begin(char letter, RawPath path) throws IOException {
    if (path.length() > StepFormat.LONGEST_PATH) {
      throw new NotSupportedException(
          path + ": a path of more than " + StepFormat.LONGEST_PATH + " bytes can't be sent",
          "give a folder above it a shorter name");
    }
    out.writeByte(letter);
    bytes(path.bytes());
  }

  private void bytes(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
