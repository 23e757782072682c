package org.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example, packaged as a zip, is installed and removed as a user does it. */
class ZippedPluginsIT {
  private static final Path JAR = Path.of("target/orchestrate-reflink-0.1.0.jar");
  private static final Path ZIP = Path.of("target/zip/orchestrate-reflink-0.1.0.zip");

  @TempDir private Path folder;
  private PluginsFolder plugins;
  private Orchestrate orchestrate;

  @BeforeEach
  void start() throws IOException {
    orchestrate = Orchestrate.ofThisModule();
    plugins = new PluginsFolder(folder.resolve("plugins"), orchestrate);
    copy(ZIP, "good.zip");
  }

  @AfterEach
  void end() {
    orchestrate.close();
  }

  private Path copy(Path file, String name) throws IOException {
    Path copy = folder.resolve(name);
    Files.copy(file, copy);
    Program.run("chmod", "644", copy);
    return copy;
  }

  private Path good() {
    return folder.resolve("good.zip");
  }

  private Path expanded() {
    return plugins.path().resolve("reflink");
  }

  /** The example's jar as a library, beside what a zip says of itself. */
  private Path withLibrary(String name, String properties) throws IOException {
    Path zip = folder.resolve(name);
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream out = new ZipOutputStream(file)) {
      out.putNextEntry(new ZipEntry("plugin.properties"));
      out.write(properties.getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(new ZipEntry("lib/backend.jar"));
      out.write(withoutManifest(JAR));
    }
    Program.run("chmod", "644", zip);
    return zip;
  }

  private static byte[] withoutManifest(Path jar) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipFile in = new ZipFile(jar.toFile());
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      Enumeration<? extends ZipEntry> entries = in.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (!entry.getName().endsWith("MANIFEST.MF")) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          in.getInputStream(entry).transferTo(out);
        }
      }
    }
    return bytes.toByteArray();
  }

  private Outcome backends() {
    return orchestrate.run("--plugins-dir=" + plugins.path(), "backends").expect(0);
  }

  private void isUsed(String version) {
    JsonNode listed = plugins.run("list", "--json").expect(0).json();
    assertThat(listed.findValuesAsText("id")).containsExactly("reflink");
    assertThat(listed.findValuesAsText("version")).containsExactly(version);
    assertThat(listed.findValuesAsText("problem")).isEmpty();
    assertThat(backends().out()).contains("reflink");
  }

  @Test
  void anInstalledZipIsAFolderUntilItIsRemoved() {
    assertThat(plugins.run("install", good()).expect(0).out()).contains("reflink 0.1.0");

    assertThat(expanded().resolve("classes/org/example/ReflinkBackend.class")).isRegularFile();
    assertThat(plugins.contents()).containsExactly("reflink");
    assertThat(plugins.run("list").expect(0).out()).contains(expanded().toString());
    isUsed("0.1.0");

    plugins.run("remove", "reflink").expect(0);
    assertThat(plugins.contents()).isEmpty();
  }

  @Test
  void classesOfLibrariesAreFound() throws IOException {
    Path zip = withLibrary("library.zip", "plugin.id=reflink\nplugin.version=0.2.0\n");
    plugins.run("install", zip).expect(0);

    isUsed("0.2.0");
  }

  @Test
  void aZipThatDoesNotFitIsNotInstalled() throws IOException {
    String properties = "plugin.id=reflink\nplugin.version=0.2.0\nplugin.requires=>=9.0.0\n";
    plugins.refused(
        4, "needs orchestrate >=9.0.0", "install", withLibrary("newer.zip", properties));
    plugins.refused(
        4, "is no plugin", "install", withLibrary("unnamed.zip", "plugin.version=1.0.0\n"));
    plugins.refused(4, "neither classes nor lib", "install", copy(JAR, "a-jar.zip"));
    assertThat(plugins.path()).doesNotExist();

    plugins.run("install", good()).expect(0);
    plugins.refused(
        7,
        "has a backend reflink",
        "install",
        withLibrary("other.zip", "plugin.id=other\nplugin.version=1.0.0\n"));
  }

  @Test
  void aZipAndAJarReplaceOneAnother() throws IOException {
    Path jar = copy(JAR, "good.jar");
    Path newer = withLibrary("newer.zip", "plugin.id=reflink\nplugin.version=0.2.0\n");
    plugins.run("install", good()).expect(0);
    plugins.refused(7, "--replace", "install", newer);
    plugins.refused(7, "--replace", "install", jar);

    plugins.run("install", "--replace", newer).expect(0);
    isUsed("0.2.0");
    assertThat(expanded().resolve("classes")).doesNotExist();
    plugins.run("install", "--replace", jar).expect(0);
    isUsed("0.1.0");
    assertThat(plugins.contents()).containsExactly("reflink.jar");
    plugins.run("install", "--replace", newer).expect(0);
    isUsed("0.2.0");
    assertThat(plugins.contents()).containsExactly("reflink");
  }

  @Test
  void aZipThatWasDroppedThereSaysHowItIsInstalled() throws IOException {
    Files.createDirectory(plugins.path());
    Program.run("chmod", "755", plugins.path());
    Path dropped = copy(ZIP, "plugins/dropped.zip");

    String command = "orchestrate plugins install " + dropped;
    assertThat(backends().err()).contains("dropped.zip: a zip has to be expanded", command);
    assertThat(plugins.run("list").expect(0).out()).contains("dropped.zip  ");
    assertThat(plugins.contents()).containsExactly("dropped.zip");

    plugins.run("install", dropped).expect(0);
    assertThat(plugins.contents()).containsExactly("reflink");
    isUsed("0.1.0");
  }

  @Test
  void othersCouldHaveChangedTheZipOrWhatCameOutOfIt() {
    Program.run("chmod", "666", good());
    plugins.refused(5, "others could put code there", "install", good());
    Program.run("chmod", "644", good());
    Program.run("chown", "nobody", good());
    plugins.refused(5, "others could put code there", "install", good());
    Program.run("chown", "root", good());
    plugins.run("install", good()).expect(0);

    Path within = expanded().resolve("classes/org/example/ReflinkBackend.class");
    Program.run("chmod", "666", within);
    plugins.refused(5, within + ": others could put code there", "list");
    Program.run("chmod", "644", within);
    Program.run("chown", "nobody", within.getParent());
    plugins.refused(5, within.getParent() + ": others could put code there", "list");
    Program.run("chown", "root", within.getParent());
    isUsed("0.1.0");
  }

  /** A link leads to what is loaded, and to folders in which others could exchange it. */
  @Test
  void aLinkInItToWhereOthersCanWriteIsRefused() throws IOException {
    plugins.run("install", good()).expect(0);
    Path theirs = Files.createDirectory(folder.resolve("theirs"));
    copy(JAR, "theirs/library.jar");
    Program.run("chmod", "777", theirs);
    Path lib = expanded().resolve("lib");
    Files.createDirectories(lib);
    Files.createSymbolicLink(lib.resolve("library.jar"), theirs.resolve("library.jar"));

    plugins.refused(5, theirs + ": others could put code there", "list");
  }

  /** Whatever is broken, there is a whole plugin or none, and the next installation works. */
  @Test
  @Tag("once")
  void anInstallationIsWholeOrNotAtAllWhereverItBreaks() throws IOException {
    Path newer = withLibrary("newer.zip", "plugin.id=reflink\nplugin.version=0.2.0\n");
    Path jar = copy(JAR, "good.jar");
    breakEachStep(List.of(), newer, List.of("0.2.0"));
    killedMidway(newer);
    breakEachStep(List.of(good()), newer, List.of("0.1.0", "0.2.0"));
    breakEachStep(List.of(newer), jar, List.of("0.1.0", "0.2.0"));
    breakEachStep(List.of(jar), newer, List.of("0.1.0", "0.2.0"));
  }

  private void killedMidway(Path file) {
    begin(List.of());
    orchestrate.runBroken("kill:syncfs", plugins.command("install", file));
    assertThat(plugins.contents()).containsExactly(".unfinished");
    assertThat(plugins.run("list").expect(0).out()).contains("no plugins");
  }

  /**
   * Every other step; with something there before, those of them only at which it gets or loses a
   * name.
   */
  private void breakEachStep(List<Path> before, Path file, List<String> versions)
      throws IOException {
    Object[] command = plugins.command("install", "--replace", file);
    begin(before);
    List<String> names = steps(command);
    assertThat(names.size()).isBetween(8, 60);
    assertThat(names).anyMatch(name -> name.startsWith("renameat2"));

    for (int step = 1; step <= names.size(); step += 2) {
      if (before.isEmpty() || isAtAName(names, step)) {
        begin(before);
        orchestrate.runBroken((before.isEmpty() ? "ENOSPC:" : "kill:") + step, command);

        JsonNode listed = plugins.run("list", "--json").expect(0).json();
        assertThat(listed.findValuesAsText("problem")).as(file + ":" + step).isEmpty();
        assertThat(listed.size()).as(file + ":" + step).isBetween(before.size(), 1);
        assertThat(versions).containsAll(listed.findValuesAsText("version"));
      }
    }
    plugins.run("install", "--replace", file).expect(0);
    assertThat(plugins.contents()).hasSize(1);
  }

  private List<String> steps(Object... command) {
    Path steps = folder.resolve("steps");
    Program.run("rm", "-f", steps);
    orchestrate.runBroken("count:" + steps, command).expect(0);
    return Program.run("cat", steps).lines().toList();
  }

  private static boolean isAtAName(List<String> names, int step) {
    return names.subList(Math.max(0, step - 2), step).stream()
        .anyMatch(name -> name.startsWith("renameat2"));
  }

  private void begin(List<Path> before) {
    Program.run("rm", "-rf", plugins.path());
    before.forEach(file -> plugins.run("install", file).expect(0));
  }

  @Test
  @Tag("once")
  void aRemovalIsWholeOrNotAtAllWhereverItBreaks() throws IOException {
    Object[] command = plugins.command("remove", "reflink");
    begin(List.of(good()));
    int count = steps(command).size();

    for (int step = 1; step <= count; step++) {
      begin(List.of(good()));
      orchestrate.runBroken("kill:" + step, command);

      JsonNode listed = plugins.run("list", "--json").expect(0).json();
      assertThat(listed.findValuesAsText("problem")).as("step " + step).isEmpty();
      plugins.run("install", "--replace", good()).expect(0);
      assertThat(plugins.contents()).containsExactly("reflink");
    }
  }
}
