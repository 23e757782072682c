package org.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.Orchestrate;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example, packaged as a jar, is installed and removed as a user does it. */
class PluginsIT {
  private static final Path JAR = Path.of("target/orchestrate-reflink-0.1.0.jar");

  @TempDir private Path folder;
  private PluginsFolder installed;
  private Path plugins;
  private Orchestrate orchestrate;

  @BeforeEach
  void start() throws IOException {
    plugins = folder.resolve("plugins");
    orchestrate = Orchestrate.ofThisModule();
    installed = new PluginsFolder(plugins, orchestrate);
    Files.copy(JAR, folder.resolve("good.jar"));
    Program.run("chmod", "644", folder.resolve("good.jar"));
  }

  @AfterEach
  void end() {
    orchestrate.close();
  }

  private Outcome plugins(Object... words) {
    return installed.run(words);
  }

  private Path good() {
    return folder.resolve("good.jar");
  }

  /** The example with another line in its manifest. */
  private Path jar(String attribute, String value) throws IOException {
    Path changed = folder.resolve("changed.jar");
    try (JarInputStream in = new JarInputStream(Files.newInputStream(JAR));
        OutputStream file = Files.newOutputStream(changed)) {
      Manifest manifest = new Manifest(in.getManifest());
      manifest.getMainAttributes().put(new Attributes.Name(attribute), value);
      try (JarOutputStream out = new JarOutputStream(file, manifest)) {
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          in.transferTo(out);
        }
      }
    }
    Program.run("chmod", "644", changed);
    return changed;
  }

  private List<String> contents() {
    return installed.contents();
  }

  private void refused(int status, String why, Object... words) {
    installed.refused(status, why, words);
  }

  @Test
  void anInstalledPluginIsFoundUntilItIsRemoved() throws IOException {
    assertThat(plugins("install", good()).expect(0).out()).contains("reflink 0.1.0");

    assertThat(plugins.resolve("reflink.jar")).hasSameBinaryContentAs(good());
    JsonNode listed = plugins("list", "--json").expect(0).json();
    assertThat(listed.findValuesAsText("id")).containsExactly("reflink");
    assertThat(listed.get(0).required("backends").get(0).textValue()).isEqualTo("reflink");
    assertThat(plugins().expect(0).out()).contains("reflink", plugins.resolve("reflink.jar") + "");
    assertThat(orchestrate.run("--plugins-dir=" + plugins, "backends").expect(0).out())
        .contains("reflink");

    plugins("remove", "reflink").expect(0);
    assertThat(contents()).isEmpty();
    assertThat(plugins().expect(0).out()).contains("no plugins");
    refused(3, "reflink", "remove", "reflink");
  }

  @Test
  void nothingIsReplacedWithoutBeingTold() throws IOException {
    plugins("install", good()).expect(0);
    Path newer = jar("Plugin-Version", "0.2.0");

    refused(7, "--replace", "install", newer);
    assertThat(plugins.resolve("reflink.jar")).hasSameBinaryContentAs(good());

    assertThat(plugins("install", "--replace", newer).expect(0).out()).contains("0.2.0");
    assertThat(plugins.resolve("reflink.jar")).hasSameBinaryContentAs(newer);
    assertThat(contents()).containsExactly("reflink.jar");
  }

  @Test
  void aBackendOfTheSameNameIsRefused() throws IOException {
    plugins("install", good()).expect(0);

    refused(7, "has a backend reflink", "install", jar("Plugin-Id", "other"));
  }

  @Test
  void aPluginForAnotherVersionIsNotInstalled() throws IOException {
    refused(4, "needs orchestrate >=9.0.0", "install", jar("Plugin-Requires", ">=9.0.0"));
    refused(4, "needs orchestrate 9.0.0", "install", jar("Plugin-Requires", "9.0.0"));
    assertThat(plugins).doesNotExist();
  }

  @Test
  void whatCanNotBeUsedIsSaidAndDoesNotKeepOthersFromBeingUsed() throws IOException {
    plugins("install", good()).expect(0);
    Files.copy(jar("Plugin-Requires", ">=9.0.0"), plugins.resolve("z-newer.jar"));
    Files.writeString(plugins.resolve("cut-off.jar"), "PK");
    Program.run("chmod", "644", plugins.resolve("cut-off.jar"), plugins.resolve("z-newer.jar"));

    Outcome backends = orchestrate.run("--plugins-dir=" + plugins, "backends").expect(0);

    assertThat(backends.out()).contains("reflink");
    assertThat(backends.err()).contains("cut-off.jar: is no plugin", "z-newer.jar: is there twice");
    assertThat(plugins("list", "--json").expect(0).json().findValuesAsText("problem")).hasSize(2);
    plugins("remove", "cut-off.jar").expect(0);
    assertThat(contents()).containsExactly("reflink.jar", "z-newer.jar");
  }

  /** Nobody could read, or even delete, what is stored any more. */
  @Test
  @Tag("once")
  void aPluginWhoseBackendHasStoredSomethingIsNotRemoved() throws IOException {
    plugins("install", good()).expect(0);
    String folderOfPlugins = "--plugins-dir=" + plugins;
    try (MountedFilesystem xfs = MountedFilesystem.onLoop(512L << 20, "", "mkfs.xfs", "-q")) {
      Object[] checkpoint = {
        "checkpoint", folderOfPlugins, "--json", "--backend=reflink", xfs.mountPoint()
      };
      String id = orchestrate.run(checkpoint).expect(0).json().required("id").textValue();

      refused(7, "1 checkpoint is stored by it: " + id, "remove", "reflink");
      orchestrate.run("delete", folderOfPlugins, id).expect(0);
      plugins("remove", "reflink").expect(0);

      plugins("install", good()).expect(0);
      String forgotten = orchestrate.run(checkpoint).expect(0).json().required("id").textValue();
      plugins("remove", "--force", "reflink").expect(0);
      assertThat(orchestrate.run("list").expect(0).out()).contains(forgotten);
      assertThat(contents()).isEmpty();
    }
  }

  @Test
  void whatIsNoPluginIsNotInstalled() throws IOException {
    Path text = folder.resolve("text.jar");
    Files.writeString(text, "no jar at all");
    Program.run("chmod", "644", text);

    refused(4, "is no plugin", "install", text);
    refused(4, "is no file", "install", folder);
    refused(3, "no such file", "install", folder.resolve("nothing.jar"));
    refused(4, "is no plugin", "install", jar("Plugin-Id", "../reflink"));
    assertThat(plugins).doesNotExist();
  }

  @Test
  void whatOthersCouldHaveChangedIsNotInstalled() throws IOException {
    Program.run("chmod", "666", good());
    refused(5, "others could put code there", "install", good());
    Program.run("chmod", "644", good());

    Files.createDirectory(plugins);
    Program.run("chmod", "777", plugins);
    refused(5, "chmod go-w", "install", good());
  }

  /** pf4j would read there which plugins are switched off, and write to it, as root. */
  @Test
  void filesBesideTheUserSayNothingAboutPlugins() throws IOException {
    Files.createDirectories(folder.resolve("typed/plugins"));
    Path victim = Files.writeString(folder.resolve("victim"), "# of root's\nanother\n");
    Files.createSymbolicLink(folder.resolve("typed/plugins/enabled.txt"), victim);
    Files.writeString(folder.resolve("typed/plugins/disabled.txt"), "reflink\n");

    String script = "cd '" + folder.resolve("typed") + "' && exec \"$@\"";
    assertThat(orchestrate.runIn(script, "backends").expect(0).out()).contains("reflink");

    assertThat(victim).hasContent("# of root's\nanother\n");
    assertThat(folder.resolve("typed/plugins/disabled.txt")).hasContent("reflink\n");
  }

  /** Whatever is broken, there is a whole plugin or none, and the next installation works. */
  @Test
  @Tag("once")
  void anInstallationIsWholeOrNotAtAllWhereverItBreaks() throws IOException {
    Path steps = folder.resolve("steps");
    orchestrate.runBroken("count:" + steps, installed.command("install", good())).expect(0);
    int count = Program.run("cat", steps).lines().toList().size();
    assertThat(count).isBetween(8, 30);

    for (int step = 1; step <= count; step++) {
      for (String fault : List.of("kill:", "ENOSPC:")) {
        Program.run("rm", "-rf", plugins);
        orchestrate.runBroken(fault + step, installed.command("install", good()));

        Path installed = plugins.resolve("reflink.jar");
        if (Files.exists(installed)) {
          assertThat(installed).as(fault + step).hasSameBinaryContentAs(good());
        }
        plugins("install", "--replace", good()).expect(0);
        assertThat(contents()).as(fault + step).containsExactly("reflink.jar");
      }
    }
  }
}
