package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** A real filesystem, with a folder of its own in which it is mounted. */
public final class MountedFilesystem implements AutoCloseable {
  private final Path folder;
  private final Storage storage;
  private final String options;
  private final List<Path> made = new ArrayList<>();
  private final List<Storage> beside = new ArrayList<>();

  private MountedFilesystem(Path folder, Storage storage, String options) {
    this.folder = folder;
    this.storage = storage;
    this.options = options;
  }

  /**
   * Makes a loop device with a filesystem, and mounts it.
   *
   * @param bytes size of the image, which is sparse
   * @param options for mount(8), such as {@code "noatime"}; may be empty
   * @param mkfs the command that makes the filesystem; the device is put behind it
   */
  public static MountedFilesystem onLoop(long bytes, String options, String... mkfs) {
    return mount(() -> LoopDevice.make(bytes, mkfs), options);
  }

  /**
   * Mounts what a backend's test has made in its own way, and closes it at the end.
   *
   * @param options for mount(8); may be empty
   */
  public static MountedFilesystem mount(Supplier<Storage> maker, String options) {
    Storage storage = maker.get();
    MountedFilesystem filesystem =
        new MountedFilesystem(Program.temporaryFolder(), storage, options);
    try {
      Program.run("chmod", "755", filesystem.folder);
      filesystem.mountAgain("mnt", options);
      return filesystem;
    } catch (RuntimeException | AssertionError e) {
      filesystem.close();
      throw e;
    }
  }

  /** Where it was mounted first. */
  public Path mountPoint() {
    return folder.resolve("mnt");
  }

  public Path path(String name) {
    return mountPoint().resolve(name);
  }

  public Storage storage() {
    return storage;
  }

  /** A folder beside the filesystem, not on it. */
  public Path outside(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Mounts the same filesystem in another place. An ext4 does not write its inode tables some
   * seconds later by itself (ext4(5), {@code init_itable}), which would count as written by a test.
   */
  public Path mountAgain(String name, String options) {
    return mount(storage, name, options);
  }

  /** Mounts something else in its folder, and closes that with it. */
  public Path mountBeside(Storage other, String name) {
    beside.add(other);
    return mount(other, name, "");
  }

  private Path mount(Storage what, String name, String options) {
    Path place = outside(name);
    String quiet = what.type().equals("ext4") ? "defaults,noinit_itable" : "defaults";
    String all = options.isEmpty() ? quiet : quiet + "," + options;
    Program.run("mount", "-t", what.type(), "-o", all, what.source(), place);
    made.add(place);
    return place;
  }

  /** Shows one of its folders in another place. */
  public Path bind(Path source, String name) {
    Path place = outside(name);
    Program.run("mount", "--bind", source, place);
    made.add(place);
    return place;
  }

  /** Mounts an empty tmpfs on a folder, here or on what is mounted there already. */
  public Path tmpfs(Path place) {
    Program.run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", place);
    made.add(place);
    return place;
  }

  public void remount(String options) {
    Program.run("mount", "-o", "remount," + options, mountPoint());
  }

  /** Does something while it is not mounted, which was mounted once. */
  public void whileUnmounted(Runnable action) {
    Deadline.require("nobody uses " + mountPoint(), () -> unmount(mountPoint()));
    made.remove(mountPoint());
    action.run();
    mountAgain("mnt", options);
  }

  /** Runs lines of bash(1) at its top, each of which has to succeed. */
  public void change(String script) {
    Program.run("bash", "-euc", "cd \"$0\"; " + script, mountPoint());
  }

  /** What was written to the storage until now, dirty data included. */
  public long bytesWritten() {
    Program.run("sync", "--file-system", mountPoint());
    return storage.bytesWritten();
  }

  /**
   * The names in the live tree, with kind, inode and link count; those of {@code kind}'s store left
   * out.
   */
  public Tree tree(TestFilesystem kind) {
    return Tree.of(mountPoint(), kind::isStore, kind.claims().contains(Claim.LINK_COUNTS));
  }

  /** Where something of this filesystem, or something in its folder, is mounted, in order. */
  public List<Path> mounts() {
    List<Path> places = new ArrayList<>();
    for (String line : Program.read(Path.of("/proc/self/mountinfo")).lines().toList()) {
      String[] fields = line.split(" ", -1);
      Path place = Path.of(fields[4].replace("\\040", " ")); // proc_pid_mountinfo(5)
      String source = line.substring(line.indexOf(" - ") + 3).split(" ", -1)[1];
      if (place.startsWith(folder) || source.equals(storage.source())) {
        places.add(place);
      }
    }
    return places;
  }

  /** Mounts that were not made through this object. */
  public List<Path> strayMounts() {
    List<Path> stray = mounts();
    made.forEach(stray::remove);
    return stray;
  }

  /** Unmounts, whatever is stacked on it, and closes the storage. */
  @Override
  public void close() {
    List<Path> places = mounts();
    Collections.reverse(places);
    List<Path> busy = places.stream().filter(place -> !unmount(place)).toList();
    busy.forEach(place -> Program.attempt("umount", "--lazy", place));
    beside.forEach(Storage::close);
    storage.close();
    Program.deleteTree(folder);
    if (!busy.isEmpty()) {
      throw new AssertionError("still in use, so that it could not be unmounted: " + busy);
    }
  }

  private static boolean unmount(Path place) {
    return Deadline.met(() -> Program.attempt("umount", place).status() == 0);
  }
}
