package dev.orchestrate.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.PermissionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  private static final Optional<RawPath> DATA = Optional.of(RawPath.of("/srv/data"));

  @TempDir private Path folder;

  @BeforeEach
  void noOtherCanWrite() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path write(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, List.of(lines));
    mode(file.getParent(), "rwxr-xr-x");
    return mode(file, "rw-r--r--");
  }

  private static Path mode(Path path, String mode) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private Map<Key, Setting> holding(Optional<RawPath> path) {
    return new ConfigurationFolder(folder).read().holding(path);
  }

  private List<String> said(Optional<RawPath> path) {
    return holding(path).values().stream()
        .map(setting -> setting.key().text() + " " + String.join(" ", setting.words()))
        .toList();
  }

  @Test
  void whatIsSaidAboutThePathGoesBeforeWhatIsSaidInGeneral() throws IOException {
    write(
        "config.toml",
        "backend = 'rsync'",
        "max-frozen = 2.50",
        "['/srv/data/']",
        "backend = 'btrfs'",
        "tag = ['nightly', 'data']");

    assertThat(said(DATA)).containsExactly("backend btrfs", "max-frozen 2.5", "tag nightly data");
    assertThat(said(Optional.of(RawPath.of("/srv/./x/../data")))).isEqualTo(said(DATA));
    assertThat(said(Optional.empty())).containsExactly("backend rsync", "max-frozen 2.5");
    assertThat(said(Optional.of(RawPath.of("/srv")))).isEqualTo(said(Optional.empty()));
  }

  /** Emacs has one for a file with changes that are not saved yet. */
  @Test
  void aLinkToNowhereIsPassedOver() throws IOException {
    write("config.toml", "backend = 'rsync'");
    Files.createSymbolicLink(folder.resolve(".#config.toml"), Path.of("root@host.4711"));

    assertThat(said(Optional.empty())).containsExactly("backend rsync");
  }

  @Test
  void laterFilesGoBeforeEarlierOnes() throws IOException {
    write("config.toml", "backend = 'rsync'", "note = 'all'");
    write("config.d/20-second.toml", "backend = 'lvm'");
    Path last = write("config.d/30-last.toml", "", "backend = 'btrfs'");
    write("config.d/40-old.toml~", "backend = 'nfs'");

    Setting setting = holding(DATA).get(Key.BACKEND);

    assertThat(said(DATA)).containsExactly("backend btrfs", "note all");
    assertThat(setting.origin()).isEqualTo(last + ":2");
  }

  /** Or a rule for all would delete what the path's own would keep, and the other way round. */
  @Test
  void whatIsMeantAsAWholeIsTakenFromOnePlace() throws IOException {
    write(
        "config.toml",
        "unit = 'reportd'",
        "keep-last = 3",
        "keep-tag = 'precious'",
        "['/srv/data']",
        "cgroup = '/sys/fs/cgroup/x'",
        "keep-daily = 30");

    assertThat(said(DATA)).containsExactly("cgroup /sys/fs/cgroup/x", "keep-daily 30");
  }

  @Test
  void nothingThatIsNotThereIsRead() {
    assertThat(new ConfigurationFolder(folder.resolve("none")).read().holding(DATA)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bakend = 'btrfs'      | bakend: there is no such key | known: backend,",
        "backend = 3           | backend: has to be a string  | ''",
        "max-frozen = '5'      | has to be a number of sec    | ''",
        "max-frozen = 0        | has to be a number of sec    | ''",
        "keep-daily = 1.5      | whole number above 0         | ''",
        "keep-daily = -1       | whole number above 0         | ''",
        "no-hooks = 'yes'      | has to be true or false      | ''",
        "before-freeze = 'x y' | a list of strings            | ''",
        "before-freeze = []    | a list of strings            | ''",
        "tag = ['a', 1]        | has to be a string, or       | ''",
        "srv.backend = 'btrfs' | srv: is not a path           | /srv/data",
        "backend = 'btrfs      | expected                     | toml.io",
      })
  void whatMakesNoSenseIsNamedWithItsLine(String line, String why, String advice)
      throws IOException {
    Path file = write("config.toml", "# one", line);

    assertThatThrownBy(() -> new ConfigurationFolder(folder).read())
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> {
              assertThat(e).hasMessageStartingWith(file + ":2: ").hasMessageContaining(why);
              assertThat(e.advice()).contains(advice);
            });
  }

  @Test
  void theLineOfAKeyInATableIsThatOfTheKey() throws IOException {
    Path file = write("config.toml", "note = 'x'", "", "['/srv/data']", "", "bakend = 'btrfs'");

    assertThatThrownBy(() -> new ConfigurationFolder(folder).read())
        .hasMessageStartingWith(file + ":5: bakend");
  }

  @Test
  void whatOthersCanWriteToIsNotRead() throws IOException {
    Path file = write("config.d/10.toml", "backend = 'btrfs'");
    mode(file, "rw-r--rw-");

    assertThatThrownBy(() -> new ConfigurationFolder(folder).read())
        .isInstanceOf(PermissionException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> ConfigurationFolder.readOnly(file))
        .isInstanceOf(PermissionException.class);
    mode(file, "rw-r--r--");
    mode(file.getParent(), "rwxrwxrwx");
    assertThatThrownBy(() -> new ConfigurationFolder(folder).read())
        .isInstanceOf(PermissionException.class);
    assertThatThrownBy(() -> ConfigurationFolder.readOnly(file))
        .isInstanceOf(PermissionException.class);
  }
}
