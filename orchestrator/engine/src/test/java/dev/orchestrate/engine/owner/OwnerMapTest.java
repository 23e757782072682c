package dev.orchestrate.engine.owner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.RawPath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OwnerMapTest {
  private static final RawPath ACL = RawPath.of("system.posix_acl_access");

  private final OwnerMap map = new OwnerMap(Map.of(1, 2, 2, 1, 1000, -2), Map.of(5, 6));

  @Test
  void numbersAreLookedUpOnce() {
    assertThat(map.user(1)).isEqualTo(2);
    assertThat(map.user(2)).isEqualTo(1);
    assertThat(map.user(3)).isEqualTo(3);
    assertThat(map.group(1)).isEqualTo(1);
    assertThat(map.group(5)).isEqualTo(6);
  }

  /** linux/posix_acl_xattr.h */
  private static byte[] list(int... entries) {
    ByteBuffer list =
        ByteBuffer.allocate(4 + 2 * entries.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    list.putInt(2);
    for (int i = 0; i < entries.length; i += 2) {
      list.putShort((short) entries[i]).putShort((short) 6).putInt(entries[i + 1]);
    }
    return list.array();
  }

  @Test
  void accessListsNameTheSamePeople() {
    byte[] before =
        list(0x01, -1, 0x02, 1, 0x02, 3, 0x04, -1, 0x08, 5, 0x08, 1, 0x10, -1, 0x20, -1);

    byte[] after = map.attribute(ACL, before);

    assertThat(after)
        .isEqualTo(
            list(0x01, -1, 0x02, 2, 0x02, 3, 0x04, -1, 0x08, 6, 0x08, 1, 0x10, -1, 0x20, -1));
    assertThat(map.attribute(RawPath.of("system.posix_acl_default"), before)).isEqualTo(after);
    assertThat(map.attribute(RawPath.of("user.posix_acl_access"), before)).isEqualTo(before);
  }

  @Test
  void twoWhoAreOneHereMayDoWhatBothMight() {
    OwnerMap both = new OwnerMap(Map.of(33, 34), Map.of());
    byte[] before = list(0x01, -1, 0x02, 33, 0x02, 34, 0x20, -1);
    before[4 + 2 * 8 + 2] = 4; // of 34: to read

    byte[] after = both.attribute(ACL, before);

    byte[] expected = list(0x01, -1, 0x02, 34, 0x20, -1);
    expected[4 + 8 + 2] = 4;
    assertThat(after).isEqualTo(expected);
  }

  @Property(tries = 500)
  void whatIsNoAccessListIsNotRead(@ForAll @Size(max = 30) byte[] value) {
    assertThat(map.attribute(ACL, value)).hasSizeLessThanOrEqualTo(value.length);
    assertThat(OwnerMap.NONE.attribute(ACL, value)).isEqualTo(value);
  }

  @Test
  void rootsFoldersThatLeadToTheRelinkedFilesStayRoots() {
    OwnerMap all = new OwnerMap(Map.of(0, 100_000, 33, 34), Map.of(0, 100_000));
    TreeOwners owners = new TreeOwners(all, RawPath.of("lost+found/checkpoint/ID"));

    for (String path : List.of("lost+found", "lost+found/checkpoint", "lost+found/checkpoint/ID")) {
      assertThat(owners.at(RawPath.of(path)).user(0)).as(path).isZero();
      assertThat(owners.at(RawPath.of(path)).group(0)).as(path).isZero();
      assertThat(owners.at(RawPath.of(path)).user(33)).as(path).isEqualTo(34);
    }
    for (String path : List.of("", "lost", "lost+found/file", "lost+found/checkpoint/ID/257")) {
      assertThat(owners.at(RawPath.of(path))).as(path).isEqualTo(all);
    }
    assertThat(all.user(0)).isEqualTo(100_000);
  }

  @Test
  void itIsKeptAsJsonAndShownAsTyped() {
    byte[] json = ManifestFormat.write(map);

    assertThat(ManifestFormat.read(json, OwnerMap.class, "owners")).isEqualTo(map);
    assertThat(map)
        .hasToString("--map-user 1=2 --map-user 2=1 --map-user 1000=4294967294 --map-group 5=6");
  }
}
