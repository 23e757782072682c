package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Somebody who does all kinds of things in a tree; which ones depends on the seed. */
final class RandomDeeds {
  private static final FileTime PAST = FileTime.fromMillis(981_173_106_000L);

  private final Path top;
  private final Random random;
  private int repeated = 1;

  RandomDeeds(Path top, Random random) {
    this.top = top;
    this.random = random;
  }

  /** From now on, files are so large that a backend may treat them otherwise. */
  void writesMuch() {
    repeated = 5000;
  }

  void doSome(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      try {
        doOne();
      } catch (FileSystemException | SystemCallException e) {
        // it is there already, or not any more, or not empty: others do such things too
      }
    }
  }

  private void doOne() throws IOException {
    Path some = any();
    Path name = anyFolder().resolve("n" + random.nextInt(12));
    switch (random.nextInt(13)) {
      case 0, 1 -> Files.createDirectory(name);
      case 2, 3 -> Files.writeString(name, text(), StandardOpenOption.CREATE_NEW);
      case 4 -> writeUndated(some);
      case 5 -> Files.createSymbolicLink(name, top.relativize(some));
      case 6 -> Files.createLink(name, some);
      case 7 -> Files.move(some, name);
      case 8 -> exchange(some, any());
      case 9 -> changeMode(some);
      case 10 -> Files.setAttribute(some, "unix:uid", random.nextInt(9), LinkOption.NOFOLLOW_LINKS);
      case 11 -> Program.attempt("rm", "-rf", some.equals(top) ? name : some);
      default -> Program.attempt("mkfifo", name);
    }
  }

  private void changeMode(Path path) {
    if (!Files.isSymbolicLink(path)) {
      Program.attempt("chmod", List.of("700", "750", "755").get(random.nextInt(3)), path);
    }
  }

  private String text() {
    return ("text " + random.nextInt(10)).repeat(repeated);
  }

  private void writeUndated(Path file) throws IOException {
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.writeString(file, text());
      Files.setLastModifiedTime(file, PAST);
    }
  }

  private void exchange(Path one, Path other) {
    try (Directory directory = Directory.open(RawPath.of(top.toString()));
        Directory first = directory.openDirectory(parent(one));
        Directory second = directory.openDirectory(parent(other))) {
      first.exchange(
          RawPath.of(one.getFileName().toString()),
          second,
          RawPath.of(other.getFileName().toString()));
    }
  }

  private RawPath parent(Path path) {
    return RawPath.of(top.relativize(path.getParent()).toString());
  }

  private Path any() throws IOException {
    return oneOf(all());
  }

  private Path anyFolder() throws IOException {
    return oneOf(
        all().stream().filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).toList());
  }

  private Path oneOf(List<Path> paths) {
    return paths.get(random.nextInt(paths.size()));
  }

  private List<Path> all() throws IOException {
    try (Stream<Path> paths = Files.walk(top)) {
      return paths.sorted().toList();
    }
  }
}
