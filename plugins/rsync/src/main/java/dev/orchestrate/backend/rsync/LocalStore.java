package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.Sealing;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A copy in the checkpoint's own folder. */
record LocalStore(StoredCopy stored, Directory folder) implements Store {

  @Override
  public String words(String part) {
    return part + "/";
  }

  @Override
  public void begin() {
    folder.makeDirectory(RawPath.of(TREE), 0700);
    folder.makeDirectory(RawPath.of(FIRST), 0700);
  }

  @Override
  public void cloneAll(Tree tree) {
    if (Clones.arePossible(tree, folder)) {
      Clones.makeAll(tree, folder, TREE);
    }
  }

  @Override
  public Set<RawPath> cloneSome(Set<RawPath> paths, Tree tree) {
    try (Directory copy = folder.openDirectory(RawPath.of(TREE))) {
      return Clones.replace(paths, tree, folder, copy);
    }
  }

  @Override
  public boolean mayHaveDirectory(RawPath path) {
    return folder.find(RawPath.of(TREE).resolve(path)).filter(Stat::isDirectory).isPresent();
  }

  @Override
  public Optional<EarlierCopy> newestEarlier() {
    return newest(LocalStore::complete);
  }

  @Override
  public Optional<EarlierCopy> abandoned() {
    return newest(CopyInProgress::abandoned).filter(copy -> copy.census().isPresent());
  }

  private Optional<EarlierCopy> newest(Function<Directory, Optional<Marker>> kind) {
    return DestinationFolder.openIfThere(stored.destination().folder())
        .flatMap(
            all -> {
              try (all) {
                return all.list().stream()
                    .filter(name -> StoredCopy.isId(name.text()))
                    .flatMap(name -> read(all, name, kind).stream())
                    .filter(copy -> copy.isOf(stored))
                    .max(EarlierCopy.BY_AGE)
                    .map(copy -> withCensus(all, copy));
              }
            });
  }

  @Override
  public Optional<Directory> open(EarlierCopy earlier) {
    RawPath path = RawPath.of(earlier.id()).resolve(TREE);
    try (Directory all = DestinationFolder.openOrMake(stored.destination().folder())) {
      return Optional.of(all.openDirectory(path));
    } catch (SystemCallException e) {
      throw Failures.of(e, "opening the earlier copy", "");
    }
  }

  private static Optional<Marker> complete(Directory folder) {
    try (Fd marker = folder.openBeneath(RawPath.of(Marker.NAME), Fd.O_RDONLY | Fd.O_NOFOLLOW)) {
      return Marker.parse(marker.readAll());
    }
  }

  private static Optional<EarlierCopy> read(
      Directory all, RawPath id, Function<Directory, Optional<Marker>> kind) {
    try (Directory one = all.openDirectory(id)) {
      return kind.apply(one).map(known -> new EarlierCopy(id.text(), known, Optional.empty()));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
        return Optional.empty();
      }
      throw Failures.of(e, "looking for earlier copies", "");
    }
  }

  private static EarlierCopy withCensus(Directory all, EarlierCopy copy) {
    try (Directory one = all.openDirectory(RawPath.of(copy.id()))) {
      return new EarlierCopy(copy.id(), copy.marker(), Census.read(one));
    }
  }

  @Override
  public void add(Directory staging, Sealing sealing) {
    try (Directory tree = folder.openDirectory(RawPath.of(TREE))) {
      RawPath path = sealing.manifestPath().parent();
      FolderTimes times = FolderTimes.of(tree, path.parent());
      try (Directory relinks = Sealing.makeFolder(tree, path)) {
        staging.list().forEach(name -> staging.rename(name, relinks, name));
      }
      sealing.writeManifest(tree);
      times.restore();
    } catch (SystemCallException e) {
      throw Failures.of(e, "completing the copy", "");
    }
  }

  @Override
  public void remove(String part) {
    Removal.remove(folder, RawPath.of(part));
  }

  @Override
  public void complete() {
    RawPath part = RawPath.of(Marker.NAME + ".part");
    folder.fd().syncFilesystem();
    folder.removeTree(part);
    try (Fd file = folder.create(part)) {
      file.writeAll(Marker.of(stored).bytes());
      file.sync();
    }
    folder.replace(part, folder, RawPath.of(Marker.NAME));
    folder.fd().sync();
  }

  @Override
  public boolean isComplete() {
    return folder.find(RawPath.of(Marker.NAME)).isPresent();
  }

  @Override
  public void requireThere() {
    // it is all in the folder
  }

  @Override
  public void delete() {
    // it is all in the folder
  }
}
