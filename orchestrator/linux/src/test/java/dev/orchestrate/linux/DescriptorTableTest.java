package dev.orchestrate.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorTableTest {
  private static final int SELF = (int) ProcessHandle.current().pid();

  @TempDir private Path folder;

  @Test
  void whatADescriptorRefersToIsShownAsByProc() throws Exception {
    Path file = Files.writeString(folder.resolve("name"), "content");
    try (Fd fd = Fd.open(RawPath.of(file.toString()), Fd.O_RDWR);
        DescriptorTable table = DescriptorTable.open(SELF, SELF)) {
      RawPath shown = table.shown(fd.number(), RawPath.EMPTY);

      assertThat(Arrays.stream(table.numbers())).contains(0, 1, 2, fd.number());
      assertThat(table.stat(fd.number()).isSameInode(fd.stat())).isTrue();
      assertThat(table.stat(fd.number()).mountId()).isEqualTo(fd.stat().mountId());
      assertThat(shown).isEqualTo(Symlink.read(table.link(fd.number())));
      assertThat(table.shown(fd.number(), shown)).isSameAs(shown);
      Files.move(file, folder.resolve("a longer name than before"));
      assertThat(table.shown(fd.number(), shown).text()).endsWith("a longer name than before");
    }
  }

  @Test
  void whatIsNotOpenIsNotThere() {
    try (DescriptorTable table = DescriptorTable.open(SELF, SELF)) {
      assertThatThrownBy(() -> table.stat(1_000_000))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.is(Errno.ENOENT)).isTrue());
    }
  }
}
