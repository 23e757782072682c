package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file that a process holds by a descriptor only.
 *
 * @param descriptor a path in /proc, by which it can be read
 * @param name what it was called, from the top of the filesystem
 */
record UnlinkedFile(Path descriptor, String name, long inode) {
  private static final String DELETED = " (deleted)";

  /** The same descriptor for a process that asks for its own. */
  Path own() {
    return Path.of("/proc/self/fd").resolve(descriptor.getFileName());
  }

  /** All that a process holds of a filesystem. */
  static List<UnlinkedFile> of(long pid, Path top) {
    List<UnlinkedFile> unlinked = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        addTo(unlinked, descriptor, top + "/");
      }
      return unlinked;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addTo(List<UnlinkedFile> unlinked, Path descriptor, String prefix)
      throws IOException {
    try {
      String shown = Files.readSymbolicLink(descriptor).toString();
      if (shown.startsWith(prefix) && shown.endsWith(DELETED)) {
        String name = shown.substring(prefix.length(), shown.length() - DELETED.length());
        long inode = (Long) Files.getAttribute(descriptor, "unix:ino");
        unlinked.add(new UnlinkedFile(descriptor, name, inode));
      }
    } catch (NoSuchFileException e) {
      // Closed meanwhile: the process is at work.
    }
  }
}
