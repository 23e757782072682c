package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.Sealing;
import dev.orchestrate.spi.SystemFailureException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A copy on another host, which rsync(1) reaches through ssh(1). All is done by rsync, so that
 * nothing needs to be quoted for a shell there.
 *
 * @param host {@code host:path}
 * @param folder the checkpoint's own on this host
 */
record RemoteStore(StoredCopy stored, String host, Directory folder) implements Store {
  private static final String EMPTY = "empty";
  private static final String MARKERS = "markers";
  private static final String ADDITION = "addition";

  /** With the other host, for an answer. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Override
  public String words(String part) {
    return Destination.below(host, stored.id()) + "/" + part + "/";
  }

  @Override
  public void begin() {
    try (Directory empty = Parts.make(folder, EMPTY)) {
      empty.makeDirectory(RawPath.of(stored.id()), 0700);
      try (Directory own = empty.openDirectory(RawPath.of(stored.id()))) {
        own.makeDirectory(RawPath.of(TREE), 0700);
        own.makeDirectory(RawPath.of(FIRST), 0700);
      }
      Rsync.in(folder).and("-rp", "--mkpath").runOnStill(Words.of(empty, stored.id()), host);
    }
  }

  @Override
  public void cloneAll(Tree tree) {
    // another host has other blocks
  }

  @Override
  public Set<RawPath> cloneSome(Set<RawPath> paths, Tree tree) {
    return Set.of();
  }

  @Override
  public boolean mayHaveDirectory(RawPath path) {
    return true;
  }

  @Override
  public Optional<EarlierCopy> newestEarlier() {
    try (Directory markers = Parts.make(folder, MARKERS)) {
      Rsync.in(folder)
          .and("-r", "--include=/*/", "--include=/*/" + Marker.NAME, "--exclude=*")
          .runOnLiving(Destination.below(host, ""), Words.of(markers) + "/");
      return markers.list().stream()
          .filter(name -> StoredCopy.isId(name.text()))
          .flatMap(name -> read(markers, name).stream())
          .filter(copy -> copy.isOf(stored))
          .max(EarlierCopy.BY_AGE)
          .map(this::withCensus);
    } finally {
      Parts.remove(folder, MARKERS);
    }
  }

  @Override
  public Optional<EarlierCopy> abandoned() {
    return Optional.empty();
  }

  @Override
  public Optional<Directory> open(EarlierCopy earlier) {
    return Optional.empty();
  }

  private static Optional<EarlierCopy> read(Directory markers, RawPath id) {
    try (Directory one = markers.openDirectory(id);
        Fd marker = one.openBeneath(RawPath.of(Marker.NAME), Fd.O_RDONLY | Fd.O_NOFOLLOW)) {
      return Marker.parse(marker.readAll())
          .map(known -> new EarlierCopy(id.text(), known, Optional.empty()));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        return Optional.empty();
      }
      throw Failures.of(e, "looking for earlier copies", "");
    }
  }

  /** The census stayed here. */
  private EarlierCopy withCensus(EarlierCopy copy) {
    Optional<Directory> all = DestinationFolder.openIfThere(stored.destination().folder());
    if (all.isEmpty()) {
      return copy;
    }
    try (Directory here = all.get();
        Directory one = here.openDirectory(RawPath.of(copy.id()))) {
      return new EarlierCopy(copy.id(), copy.marker(), Census.read(one));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return copy;
      }
      throw e;
    }
  }

  @Override
  public void add(Directory staging, Sealing sealing) {
    RawPath relinkFolder = sealing.manifestPath().parent();
    Set<RawPath> names = new LinkedHashSet<>();
    try (Directory addition = Parts.openOrMake(folder, ADDITION);
        Directory relinks = Sealing.makeFolder(addition, relinkFolder)) {
      staging.list().forEach(name -> staging.rename(name, relinks, name));
      sealing.writeManifest(addition);
      names.add(relinkFolder);
      relinks.list().forEach(name -> names.add(relinkFolder.resolve(name)));
      Rsync.in(folder)
          .keepingAll()
          .and("--dirs", "--no-implied-dirs")
          .names(Changes.write(names, "", folder, "names"))
          .runOnStill(Words.of(addition) + "/", words(TREE));
    } catch (SystemCallException e) {
      throw Failures.of(e, "completing the copy", "");
    }
  }

  @Override
  public void remove(String part) {
    removeBelow(Destination.below(host, stored.id()) + "/", part);
  }

  /** "rsync -r --delete" from an empty folder, all but one name protected. */
  private void removeBelow(String place, String name) {
    try (Directory empty = Parts.make(folder, EMPTY)) {
      Rsync.in(folder)
          .and("-r", "--delete", "--force", "--include=/" + name, "--exclude=/*")
          .runOnStill(Words.of(empty) + "/", place);
    } finally {
      Parts.remove(folder, EMPTY);
    }
  }

  /** The shell there runs sync(1) before rsync, and rsync then syncs the marker. */
  @Override
  public void complete() {
    Parts.remove(folder, ADDITION);
    RawPath name = RawPath.of(Marker.NAME);
    folder.removeTree(name);
    try (Fd file = folder.create(name)) {
      file.writeAll(Marker.of(stored).bytes());
      file.sync();
    }
    Rsync.in(folder)
        .and("--perms", "--fsync", "--rsync-path=sync && rsync")
        .runOnStill(Words.of(folder, Marker.NAME), Destination.below(host, stored.id()) + "/");
    folder.fd().sync();
  }

  @Override
  public boolean isComplete() {
    try {
      String place = Destination.below(host, stored.id()) + "/" + Marker.NAME;
      return !Rsync.in(folder).and("--list-only").output(place).isBlank();
    } catch (SystemFailureException e) {
      return false;
    }
  }

  @Override
  public void requireThere() {
    Rsync.in(folder)
        .and("--list-only", "--dirs", "--exclude=*")
        .within(PATIENCE)
        .output(Destination.below(host, stored.id()));
  }

  @Override
  public void delete() {
    try {
      removeBelow(Destination.below(host, ""), stored.id());
    } catch (SystemFailureException e) {
      throw new NotFoundException(
          "the copy of checkpoint " + stored.id() + " can't be removed: " + e.getMessage(),
          "see what is there: rsync " + host,
          e);
    }
  }
}
