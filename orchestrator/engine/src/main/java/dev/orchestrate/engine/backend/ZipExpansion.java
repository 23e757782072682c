package dev.orchestrate.engine.backend;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.SystemFailureException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Expands a plugin's zip, perhaps as root, whoever made it. What comes out are folders and files
 * below one folder, readable by all and writable by their owner, whatever the zip says of links,
 * owners and modes.
 */
final class ZipExpansion {
  /** Far more than plugins have, and far less than fills a disk or takes minutes. */
  private static final int MOST_ENTRIES = 10_000;

  /** The same for what is written, in bytes. */
  private static final long MOST_BYTES = 512L << 20;

  private static final int CHUNK = 1 << 16;
  private static final String ADVICE = "ask whoever made it for another; nothing was changed";

  private final ZipFile zip;
  private final Path given;
  private final Directory top;

  /** Each behind the one that it is in, which is a shorter name. */
  private final Set<String> folders = new TreeSet<>();

  private ZipExpansion(ZipFile zip, Path given, Directory top) {
    this.zip = zip;
    this.given = given;
    this.top = top;
  }

  /**
   * All of a zip, also on the disk.
   *
   * @param zip which nobody else can change any more
   * @param given the path that the user named, for messages
   * @param top an empty folder
   * @throws NotSupportedException if it is no zip, is damaged, is too large, or has names that lead
   *     elsewhere or are there twice; part of it may have been written
   */
  static void expand(Path zip, Path given, Directory top) {
    try (ZipFile opened = new ZipFile(zip.toFile())) {
      new ZipExpansion(opened, given, top).expand();
    } catch (ZipException | EOFException e) {
      throw new NotSupportedException(
          given + ": is no zip, or damaged: " + e.getMessage(), "get it again", e);
    } catch (IOException e) {
      throw new SystemFailureException(
          given + ": can't be read: " + e.getMessage(),
          "see whether it is whole, and that it is a file",
          e);
    }
    top.fd().syncFilesystem(); // some hundred small files, for which fsync(2) would take seconds
  }

  /**
   * Before such a file is copied.
   *
   * @param bytes of the zip itself
   * @throws NotSupportedException if it is larger than what may be in it
   */
  static void requireSize(long bytes, Path given) {
    if (bytes > MOST_BYTES) {
      throw new NotSupportedException(
          given + ": has more than " + (MOST_BYTES >> 20) + " MiB", ADVICE);
    }
  }

  private void expand() throws IOException {
    requireSize();
    Map<EntryName, ZipEntry> files = files();
    require(
        folders.contains("classes") || folders.contains("lib"),
        "is no plugin: it has neither classes nor lib at its top");
    folders.forEach(this::makeFolder);
    for (Map.Entry<EntryName, ZipEntry> file : files.entrySet()) {
      write(file.getValue(), file.getKey());
    }
  }

  /** By what the zip says, which the writing holds it to. */
  private void requireSize() {
    require(
        zip.size() <= MOST_ENTRIES, "has " + zip.size() + " entries, and may have " + MOST_ENTRIES);
    long bytes = zip.stream().mapToLong(entry -> Math.min(entry.getSize(), MOST_BYTES + 1)).sum();
    require(bytes <= MOST_BYTES, "has more than " + (MOST_BYTES >> 20) + " MiB in it");
  }

  /** All that are no folders; notes the folders. */
  private Map<EntryName, ZipEntry> files() {
    Map<EntryName, ZipEntry> files = new LinkedHashMap<>();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      EntryName name =
          EntryName.of(entry.getName())
              .orElseThrow(() -> refusal("has a name that leads elsewhere: " + entry.getName()));
      folders.addAll(name.folders());
      require(name.isFolder() || files.put(name, entry) == null, twice(name));
    }
    files.keySet().forEach(name -> require(!folders.contains(name.toString()), twice(name)));
    return files;
  }

  private static String twice(EntryName name) {
    return "has two entries of one name: " + name;
  }

  private void makeFolder(String path) {
    RawPath whole = RawPath.of(path);
    try (Directory parent = top.openDirectory(whole.parent())) {
      parent.makeDirectory(whole.name(), 0755);
    }
    try (Directory made = top.openDirectory(whole)) {
      made.fd().setPermissions(0755); // whatever the umask
    }
  }

  private void write(ZipEntry entry, EntryName name) throws IOException {
    CRC32 checksum = new CRC32();
    RawPath path = RawPath.of(name.toString());
    try (Directory parent = top.openDirectory(path.parent());
        Fd file = parent.create(path.name());
        InputStream in = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
      long size = 0;
      for (byte[] part = read(in); part.length > 0; part = read(in)) {
        size += part.length;
        require(size <= entry.getSize(), "says that this is smaller than it is: " + name);
        file.writeAll(part);
      }
      require(checksum.getValue() == entry.getCrc(), "is damaged: wrong checksum of " + name);
      file.setPermissions(0644);
      requireLibrary(name, file);
    }
  }

  private static byte[] read(InputStream in) throws IOException {
    return in.readNBytes(CHUNK);
  }

  /** A class loader passes over what it can't read, so that a class is missed when it is needed. */
  private void requireLibrary(EntryName name, Fd file) {
    if (name.isLibrary()) {
      try (ZipFile library = new ZipFile(file.procPath().text())) {
        require(library.size() > 0, "has a library without classes: " + name);
      } catch (IOException e) {
        throw refusal("has a library that is no jar: " + name);
      }
    }
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw refusal(otherwise);
    }
  }

  private NotSupportedException refusal(String why) {
    return new NotSupportedException(given + ": " + RawPath.printable(why), ADVICE);
  }
}
