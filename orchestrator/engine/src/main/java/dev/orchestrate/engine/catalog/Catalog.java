package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.Sealing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints and views that there are, as files below the state directory:
 *
 * <pre>
 * checkpoints/ID/begun.json      from before the snapshot exists: where it is going to be
 * checkpoints/ID/manifest.json   from when all is done
 * views/VIEW.json                a view that is mounted or kept
 * </pre>
 */
public final class Catalog {
  private static final RawPath CHECKPOINTS = RawPath.of("checkpoints");
  private static final RawPath VIEWS = RawPath.of("views");
  private static final RawPath BEGUN = RawPath.of("begun.json");
  private static final RawPath MANIFEST = RawPath.of("manifest.json");

  private final RawPath stateDirectory;

  public Catalog(RawPath stateDirectory) {
    this.stateDirectory = stateDirectory;
  }

  public RawPath stateDirectory() {
    return stateDirectory;
  }

  /** Notes that a checkpoint is being made, so that its traces can be found whatever happens. */
  public void begin(Begun begun) {
    try (Directory folder = openOrMake(CHECKPOINTS.resolve(begun.id()))) {
      store(folder, BEGUN, ManifestFormat.write(begun));
    }
  }

  /** Notes that a checkpoint is complete. */
  public void complete(Manifest manifest, byte[] json) {
    try (Directory folder = openOrMake(CHECKPOINTS.resolve(manifest.id()))) {
      store(folder, MANIFEST, json);
    }
  }

  public RawPath manifestFile(String id) {
    return stateDirectory.resolve(CHECKPOINTS).resolve(id).resolve(MANIFEST);
  }

  /** Forgets a checkpoint; does nothing if there is none. */
  public void remove(String id) {
    openIfThere(CHECKPOINTS)
        .ifPresent(
            folder -> {
              try (folder) {
                folder.removeTree(RawPath.of(id));
              }
            });
  }

  /** All checkpoints, the oldest first. */
  public List<StoredCheckpoint> list() {
    List<StoredCheckpoint> all = new ArrayList<>();
    for (String id : names(CHECKPOINTS)) {
      load(id).ifPresent(all::add);
    }
    all.sort(Comparator.comparing(StoredCheckpoint::created));
    return all;
  }

  /**
   * Finds a checkpoint by its id or the beginning of it.
   *
   * @throws NotFoundException if there is none, or more than one
   */
  public StoredCheckpoint find(String prefix) {
    List<String> ids =
        prefix.isEmpty()
            ? List.of()
            : names(CHECKPOINTS).stream().filter(id -> id.startsWith(prefix)).toList();
    if (ids.size() > 1) {
      throw new NotFoundException(
          "checkpoint " + prefix + ": is ambiguous: " + String.join(", ", ids),
          "give more of the id");
    }
    return ids.stream()
        .findFirst()
        .flatMap(this::load)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "checkpoint "
                        + RawPath.printable(prefix)
                        + ": there is none in "
                        + stateDirectory,
                    "see: orchestrate list"));
  }

  private Optional<StoredCheckpoint> load(String id) {
    Optional<Directory> opened = openIfThere(CHECKPOINTS.resolve(id));
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (Directory folder = opened.get()) {
      return Optional.of(load(id, folder));
    }
  }

  private StoredCheckpoint load(String id, Directory folder) {
    Optional<Begun> begun = Optional.empty();
    try {
      begun =
          read(folder, BEGUN)
              .map(json -> ManifestFormat.read(json, Begun.class, "checkpoint " + id));
      Optional<byte[]> json = read(folder, MANIFEST);
      if (json.isEmpty()) {
        throw new DamagedException(
            "checkpoint " + id + ": was interrupted before it was complete",
            "remove it: orchestrate delete " + id);
      }
      Manifest manifest = ManifestFormat.read(json.get(), manifestFile(id).toString());
      if (!manifest.id().equals(id)) {
        throw new DamagedException(
            manifestFile(id) + ": is the manifest of checkpoint " + manifest.id(),
            "put it where it belongs");
      }
      return new StoredCheckpoint.Complete(manifest);
    } catch (DamagedException e) {
      return new StoredCheckpoint.Broken(id, begun, e);
    }
  }

  public void addView(StoredView view) {
    try (Directory folder = openOrMake(VIEWS)) {
      store(folder, RawPath.of(view.view() + ".json"), ManifestFormat.write(view));
    }
  }

  public void removeView(StoredView view) {
    openIfThere(VIEWS)
        .ifPresent(
            folder -> {
              try (folder) {
                folder.removeTree(RawPath.of(view.view() + ".json"));
              }
            });
  }

  public List<StoredView> views() {
    Optional<Directory> opened = openIfThere(VIEWS);
    if (opened.isEmpty()) {
      return List.of();
    }
    try (Directory folder = opened.get()) {
      return folder.list().stream()
          .filter(name -> name.endsWith(".json"))
          .flatMap(
              name ->
                  read(folder, name)
                      .map(json -> ManifestFormat.read(json, StoredView.class, name.toString()))
                      .stream())
          .toList();
    }
  }

  private List<String> names(RawPath below) {
    Optional<Directory> opened = openIfThere(below);
    if (opened.isEmpty()) {
      return List.of();
    }
    try (Directory folder = opened.get()) {
      return folder.list().stream().map(RawPath::text).sorted().toList();
    }
  }

  private static Optional<byte[]> read(Directory folder, RawPath name) {
    try (Fd file = folder.openBeneath(name, Fd.O_RDONLY)) {
      return Optional.of(file.readAll());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw Failures.of(e, "reading the catalog", "");
    }
  }

  /** Writes so that after a crash there is the whole file or none. */
  private static void store(Directory folder, RawPath name, byte[] contents) {
    RawPath part = name.append(".part");
    try {
      folder.removeTree(part);
      try (Fd file = folder.create(part)) {
        file.writeAll(contents);
        file.sync();
      }
      folder.removeTree(name);
      folder.rename(part, folder, name);
      folder.fd().sync();
    } catch (SystemCallException e) {
      throw Failures.of(e, "writing the catalog", "");
    }
  }

  private Directory openOrMake(RawPath below) {
    try {
      makeStateDirectory();
      try (Directory state = Directory.open(stateDirectory)) {
        requireOurs(state);
        return Sealing.makeFolder(state, below);
      }
    } catch (SystemCallException e) {
      throw Failures.of(e, "opening the state directory", "");
    }
  }

  private void makeStateDirectory() {
    RawPath path = RawPath.ROOT;
    for (RawPath name : stateDirectory.components()) {
      try (Directory parent = Directory.openFollowing(path)) {
        if (parent.find(name).isEmpty()) {
          parent.makeDirectory(name, 0700);
        }
      }
      path = path.resolve(name);
    }
  }

  private Optional<Directory> openIfThere(RawPath below) {
    try (Directory state = Directory.open(stateDirectory)) {
      requireOurs(state);
      return Optional.of(state.openDirectory(below));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw Failures.of(e, "opening the state directory", "");
    }
  }

  /** What others can write here would be believed at restart, by root perhaps. */
  private static void requireOurs(Directory state) {
    Stat stat = state.stat();
    if (stat.user() != SystemCalls.userId() || (stat.permissions() & 022) != 0) {
      throw new PermissionException(
          "state directory " + state.subject() + ": others could write to it",
          "it has to be yours: chown it, and chmod go-w");
    }
  }
}
