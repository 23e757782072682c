package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.Sealing;
import java.util.Optional;

/** A copy in the checkpoint's own folder. */
record LocalStore(StoredCopy stored, Directory folder) implements Store {

  @Override
  public String words(String part) {
    return Words.of(folder, part) + "/";
  }

  @Override
  public void begin() {
    folder.makeDirectory(RawPath.of(TREE), 0700);
    folder.makeDirectory(RawPath.of(FIRST), 0700);
  }

  @Override
  public Optional<EarlierCopy> newestEarlier() {
    return DestinationFolder.openIfThere(stored.destination().folder())
        .flatMap(
            all -> {
              try (all) {
                return all.list().stream()
                    .filter(name -> StoredCopy.isId(name.text()))
                    .flatMap(name -> read(all, name).stream())
                    .filter(copy -> copy.isOf(stored))
                    .max(EarlierCopy.BY_AGE)
                    .map(copy -> withCensus(all, copy));
              }
            });
  }

  private static Optional<EarlierCopy> read(Directory all, RawPath id) {
    try (Directory one = all.openDirectory(id);
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
  public void delete() {
    // it is all in the folder
  }
}
