package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.Failures;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** A folder with the tree as files; see {@link ExportForm#DIRECTORY}. */
final class ExportedCheckpoint implements Incoming {
  private final Directory folder;

  ExportedCheckpoint(Directory folder) {
    this.folder = folder;
  }

  @Override
  public StreamFormat.Header header() {
    byte[] json = content(folder, Exporter.LABEL);
    Label label = ManifestFormat.read(json, Label.class, name(Exporter.LABEL));
    return new StreamFormat.Header(Compression.NONE, label == null ? Label.NONE : label);
  }

  @Override
  public Manifest manifest() {
    return ManifestFormat.read(content(folder, Exporter.MANIFEST), name(Exporter.MANIFEST));
  }

  private String name(RawPath file) {
    return folder.subject().resolve(file).toString();
  }

  @Override
  public void tree(OutputStream archive, LongConsumer progress) throws IOException {
    try (Directory top = folder.openDirectory(Exporter.TREE)) {
      new TreeArchive(top, Compression.NONE)
          .write(files -> Exporter.pass(files, archive, progress));
    } catch (SystemCallException e) {
      throw missing(folder, Exporter.TREE, e);
    }
  }

  /** Nobody has noted what was in it: it may have been changed, which is what it is for. */
  @Override
  public void end() {}

  /**
   * What is in a file.
   *
   * @throws DamagedException if it is not there, or larger than any that this program writes
   */
  static byte[] content(Directory folder, RawPath name) {
    try (Fd file = folder.openBeneath(name, Fd.O_RDONLY | Fd.O_NONBLOCK)) {
      if (file.stat().kind() != Stat.Kind.FILE || file.stat().size() > ManifestFormat.LARGEST) {
        throw new DamagedException(
            folder.subject().resolve(name) + ": is no file that orchestrate export has made",
            "export it again");
      }
      return file.readAll();
    } catch (SystemCallException e) {
      throw missing(folder, name, e);
    }
  }

  static RuntimeException missing(Directory folder, RawPath name, SystemCallException e) {
    return e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV)
        ? new DamagedException(
            folder.subject() + ": lacks " + name + ", so it is nothing that was exported",
            "name a folder that orchestrate export has made, or an image layout")
        : Failures.of(e, "reading " + folder.subject().resolve(name), "CAP_DAC_READ_SEARCH");
  }
}
