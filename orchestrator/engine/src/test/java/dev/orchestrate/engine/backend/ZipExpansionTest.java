package dev.orchestrate.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotSupportedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipExpansionTest {
  /** How an entry of the list at a zip's end begins, and where in it what is. */
  private static final int LISTED = 0x02014b50;

  private static final int MADE_BY = 5;
  private static final int SIZE = 24;
  private static final int NAME_LENGTH = 28;
  private static final int MODE = 40;
  private static final int NAME = 46;

  @TempDir private Path folder;
  private Path top;

  @BeforeEach
  void make() throws IOException {
    top = Files.createDirectory(folder.resolve("top"));
  }

  private void expand(byte[] zip) {
    Path file = folder.resolve("plugin.zip");
    try (Directory into = Directory.open(RawPath.of(top.toString()))) {
      Files.write(file, zip);
      ZipExpansion.expand(file, Path.of("given.zip"), into);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void refused(byte[] zip, String why) throws IOException {
    assertThatThrownBy(() -> expand(zip))
        .isInstanceOf(NotSupportedException.class)
        .hasMessageStartingWith("given.zip: ")
        .hasMessageContaining(why);
    assertThat(below(folder).filter(path -> !path.startsWith("top")).toList())
        .containsExactly(Path.of("plugin.zip"));
  }

  private static Stream<Path> below(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all
          .filter(path -> !path.equals(folder))
          .map(folder::relativize)
          .sorted()
          .toList()
          .stream();
    }
  }

  private static byte[] zip(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (String name : names) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        out.putNextEntry(entry);
        if (!name.endsWith("/")) {
          out.write(contents(name));
        }
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] contents(String name) throws IOException {
    return name.endsWith(".jar")
        ? zip("org/example/Library.class")
        : name.getBytes(StandardCharsets.UTF_8);
  }

  /** Changes what the list at the end says of an entry. */
  private static byte[] listed(byte[] zip, String name, Consumer<ByteBuffer> change) {
    ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + NAME < zip.length; at++) {
      int end = at + NAME + Short.toUnsignedInt(buffer.getShort(at + NAME_LENGTH));
      if (buffer.getInt(at) == LISTED
          && new String(Arrays.copyOfRange(zip, at + NAME, end), StandardCharsets.UTF_8)
              .equals(name)) {
        change.accept(buffer.slice(at, end - at).order(ByteOrder.LITTLE_ENDIAN));
        return zip;
      }
    }
    throw new AssertionError("no entry " + name);
  }

  private static byte[] withMode(byte[] zip, String name, int mode) {
    return listed(
        zip, name, entry -> entry.put(MADE_BY, (byte) 3 /* Unix */).putShort(MODE, (short) mode));
  }

  private static byte[] renamed(byte[] zip, String name, String other) {
    return listed(
        zip, name, entry -> entry.position(NAME).put(other.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsInItComesOutReadableByAllAndWritableByItsOwner() throws IOException {
    String library = "lib/deeper/library.jar";
    byte[] zip = zip("plugin.properties", "classes/", "classes/org/A.class", library);

    expand(withMode(withMode(zip, "classes/org/A.class", 0106777), "plugin.properties", 0100000));

    assertThat(below(top).map(Path::toString))
        .containsExactly(
            "classes",
            "classes/org",
            "classes/org/A.class",
            "lib",
            "lib/deeper",
            library,
            "plugin.properties");
    assertThat(top.resolve("classes/org/A.class")).hasContent("classes/org/A.class");
    assertThat(top.resolve(library)).hasBinaryContent(contents(library));
    for (Path path : below(top).map(top::resolve).toList()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--");
      assertThat((int) Files.getAttribute(path, "unix:mode") & 07000).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "/evil",
        "classes/../../evil",
        "classes/..",
        "./evil",
        "classes/./evil",
        "..",
        "classes//evil",
        "classes\\evil",
        "..\\evil",
        "classes/e\0vil",
        "classes/e\nvil",
        "//"
      })
  void aNameThatLeadsElsewhereIsRefused(String name) throws IOException {
    refused(zip("classes/A.class", name), "has a name that leads elsewhere: ");
  }

  @Test
  void foldersInOneAnotherThatNobodyCouldRemoveAreRefused() throws IOException {
    refused(zip("classes/" + "a/".repeat(5000) + "b"), "has a name that leads elsewhere: ");
  }

  /** Neither is one made, nor is anything written through one. */
  @Test
  void aLinkIsAFileThatLeadsNowhere() throws IOException {
    byte[] zip = zip("classes/link", "classes/link2", "classes/A.class");
    expand(withMode(withMode(zip, "classes/link", 0120777), "classes/link2", 0120777));

    assertThat(Files.isRegularFile(top.resolve("classes/link"), LinkOption.NOFOLLOW_LINKS))
        .isTrue();
    Files.delete(folder.resolve("plugin.zip"));
    top = Files.createDirectory(folder.resolve("other"));
    byte[] through = zip("classes/link", "classes/link/A.class");
    assertThatThrownBy(() -> expand(withMode(through, "classes/link", 0120777)))
        .hasMessageContaining("has two entries of one name: classes/link");
  }

  @Test
  void aLinkInThePlaceOfALibraryIsRefused() throws IOException {
    byte[] zip = renamed(zip("lib/a.txt", "classes/A.class"), "lib/a.txt", "lib/a.jar");
    refused(withMode(zip, "lib/a.jar", 0120777), "has a library that is no jar: lib/a.jar");
  }

  @Test
  void twoEntriesOfOneNameAreRefused() throws IOException {
    byte[] twice = renamed(zip("classes/A", "classes/B"), "classes/B", "classes/A");
    refused(twice, "has two entries of one name: classes/A");
  }

  @Test
  void aFileThatIsAFolderTooIsRefused() throws IOException {
    refused(zip("classes/a/b", "classes/a"), "has two entries of one name: classes/a");
  }

  @Test
  void moreThanAPluginEverHasIsRefusedBeforeAnythingIsWritten() throws IOException {
    byte[] zip = zip("classes/A", "classes/B");
    for (String name : List.of("classes/A", "classes/B")) {
      listed(zip, name, entry -> entry.putInt(SIZE, 300 << 20));
    }
    refused(zip, "has more than 512 MiB in it");
    refused(zip(many()), "has 10001 entries");
    assertThat(top).isEmptyDirectory();
  }

  private static String[] many() {
    return Stream.iterate(0, i -> i + 1)
        .limit(10_001)
        .map(i -> "classes/" + i)
        .toArray(String[]::new);
  }

  @Test
  void whatIsLargerThanItSaysIsRefused() throws IOException {
    byte[] zip = zip("classes/A.class");
    refused(
        listed(zip, "classes/A.class", entry -> entry.putInt(SIZE, 3)),
        "says that this is smaller than it is");
  }

  @Test
  void whatIsDamagedIsRefused() throws IOException {
    byte[] zip = zip("classes/A.class");
    refused(Arrays.copyOf(zip, zip.length / 2), "damaged");
    refused("no zip at all".getBytes(StandardCharsets.UTF_8), "damaged");
    refused(listed(zip, "classes/A.class", entry -> entry.putInt(16, 1)), "wrong checksum");
  }

  @Test
  void whatHasNoClassesIsRefused() throws IOException {
    for (String name : List.of("plugin-1.0/classes/A.class", "plugin.properties", "classes")) {
      refused(zip(name), "neither classes nor lib at its top");
    }
  }
}
