package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.manifest.Description;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.engine.manifest.Relink;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A tree that a backup program read by {@code orchestrate backup}, and has restored, perhaps in
 * part: it has the manifest, and all that this names is looked for before anything is written.
 */
final class RestoredTree implements Incoming {
  private final Directory top;
  private final String id;
  private final RawPath place;
  private final List<String> notices = new ArrayList<>();

  /**
   * @param id of the checkpoint
   * @param place of its manifest, relative to the top
   */
  RestoredTree(Directory top, String id, RawPath place) {
    this.top = top;
    this.id = id;
    this.place = place;
  }

  /** Tags and notes are not in a backup. */
  @Override
  public StreamFormat.Header header() {
    return new StreamFormat.Header(Compression.NONE, Label.NONE);
  }

  @Override
  public Manifest manifest() {
    String name = path(place).toString();
    Manifest manifest = ManifestFormat.read(ExportedCheckpoint.content(top, place), name);
    if (!manifest.id().equals(id) || !manifest.manifestPath().equals(place)) {
      throw new DamagedException(
          "%s: says that it is %s of checkpoint %s"
              .formatted(name, manifest.manifestPath(), manifest.id()),
          "name the top of the restored tree, with the manifest where it was");
    }
    manifest.relinks().forEach(this::look);
    lookForNames(manifest);
    return manifest;
  }

  private void look(Relink relink) {
    Stat found =
        top.find(relink.relinked())
            .orElseThrow(() -> unlike(relink, "was not restored, and the manifest names it"));
    if (found.kind() != relink.kind()) {
      throw unlike(relink, "is a %s, and was a %s".formatted(found.kind(), relink.kind()));
    }
    if (found.kind() == Stat.Kind.FILE && found.size() != relink.size()) {
      requireGrown(relink, found.size());
    }
    if (found.links() == 1 && relink.links() > 0 && found.kind() != Stat.Kind.DIRECTORY) {
      notices.add(
          "%s: has no other name, and had %d: what a restarted program writes reaches none of them"
              .formatted(path(relink.relinked()), relink.links()));
    }
  }

  /** A file that processes write to that did not stand still is larger in the snapshot. */
  private void requireGrown(Relink relink, long size) {
    String sizes = "has %d bytes, and had %d".formatted(size, relink.size());
    if (relink.strategy() != Relink.Strategy.LINK || size < relink.size()) {
      throw unlike(relink, sizes);
    }
    notices.add(path(relink.relinked()) + ": " + sizes + " when processes stood still");
  }

  /** A name that was there may have been removed since; a restart needs it, and says which. */
  private void lookForNames(Manifest manifest) {
    List<RawPath> missing =
        manifest.descriptions().stream()
            .filter(one -> one.relinked().isEmpty())
            .map(Description::path)
            .filter(name -> !name.isEmpty() && top.find(name).isEmpty())
            .distinct()
            .toList();
    if (!missing.isEmpty()) {
      notices.add(
          "%s: is not there, nor are %d more that programs had open: was all of the tree restored?"
              .formatted(path(missing.get(0)), missing.size() - 1));
    }
  }

  private DamagedException unlike(Relink relink, String what) {
    return new DamagedException(
        path(relink.relinked()) + ": " + what,
        "restore all of the tree; or, if that is as it should be, correct the manifest beside it");
  }

  private RawPath path(RawPath relative) {
    return top.subject().resolve(relative);
  }

  @Override
  public List<String> notices() {
    return notices;
  }

  /** In itself, it would be copied without end. */
  @Override
  public void requireApart(Directory stored) {
    if (isWithin(top.stat(), stored)) {
      throw new ConflictException(
          top.subject() + ": the checkpoint would be stored in this folder, which it is made of",
          "restore into another one, or choose a --snapshot-dir elsewhere");
    }
  }

  private static boolean isWithin(Stat outer, Directory inner) {
    Stat below = inner.stat();
    Directory here = inner.parent();
    while (true) {
      try (Directory above = here) {
        Stat stat = above.stat();
        if (stat.isSameInode(outer) || stat.isSamePlace(below)) {
          return stat.isSameInode(outer); // only the root of all is above itself
        }
        below = stat;
        here = above.parent();
      } catch (SystemCallException e) {
        if (e.is(Errno.EACCES)) {
          return false; // whoever opened the outer one may read it
        }
        throw e;
      }
    }
  }

  @Override
  public void tree(OutputStream archive, LongConsumer progress) throws IOException {
    new TreeArchive(top, Compression.NONE).write(files -> Exporter.pass(files, archive, progress));
  }

  /** As with {@link ExportedCheckpoint}. */
  @Override
  public void end() {}
}
