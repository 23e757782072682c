package dev.orchestrate.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MappingTest {
  private static final long DEVICE = Stat.makeDevice(0xfe, 0x1a);

  private static List<Mapping> in(String... lines) {
    byte[] maps = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    return Mapping.in(maps, Set.of(DEVICE));
  }

  @Test
  void aLineIsReadInAllItsParts() {
    Mapping mapping =
        in("7f69fb74e000-7f69fb750000 rw-s 00002000 fe:1a 4711                   /srv/a (deleted)")
            .get(0);

    assertThat(mapping)
        .isEqualTo(
            new Mapping(0x7f69fb74e000L, 0x7f69fb750000L, 0x2000, DEVICE, 4711, "rw-s", true));
    assertThat(mapping.writesToFile()).isTrue();
    assertThat(mapping.link(12))
        .isEqualTo(RawPath.of("/proc/12/map_files/7f69fb74e000-7f69fb750000"));
  }

  @Test
  void onlyThoseOfTheDeviceAreFound() {
    assertThat(
            in(
                "55ad41572000-55ad41573000 r--p 00000000 fe:01 1   /usr/bin/fe:1a",
                "7f0000000000-7f0000001000 r--p 00000000 fe:1a 2   /srv/one",
                "7f0000001000-7f0000002000 r--p 00000000 00:00 0 ",
                "7f0000002000-7f0000003000 r--p 00000000 fe:1a 3   /srv/two",
                "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0   [vsyscall]"))
        .extracting(Mapping::inode)
        .containsExactly(2L, 3L);
  }

  @Test
  void aNameMayLookLikeAnything() {
    assertThat(in("7f0000000000-7f0000001000 r--p 00000000 fe:1a 2   /srv/a \r fe:02 \\012 b"))
        .extracting(Mapping::deleted)
        .containsExactly(false);
  }

  @Test
  void aProcessWithoutMemoryHasNone() {
    assertThat(Mapping.in(new byte[0], Set.of(DEVICE))).isEmpty();
  }
}
