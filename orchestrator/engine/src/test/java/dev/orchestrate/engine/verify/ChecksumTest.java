package dev.orchestrate.engine.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ChecksumTest {
  private static final Checksum FILE =
      new Checksum(RawPath.of("d/f"), Stat.Kind.FILE, 0644, 1, 2, 5, "-", "c0");

  @Provide
  Arbitrary<RawPath> names() {
    return Arbitraries.bytes()
        .filter(one -> one != 0 && one != '/')
        .array(byte[].class)
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(RawPath::of);
  }

  @Property
  void everyNameSurvivesWritingAndReading(@ForAll("names") RawPath name) {
    Checksum checksum =
        new Checksum(name, Stat.Kind.CHARACTER_DEVICE, 07777, 4_000_000, 0, 0, "a", "b");

    assertThat(checksum.line()).matches("[ -~]+");
    assertThat(Checksum.parse(checksum.line())).isEqualTo(checksum);
  }

  /** The order in which a walk meets names that it sorts folder by folder. */
  @Property(tries = 200)
  void aFolderIsFollowedByWhatIsInIt(@ForAll("names") RawPath one, @ForAll("names") RawPath other) {
    RawPath inOne = one.resolve("z");
    List<RawPath> paths = new ArrayList<>(List.of(inOne, one.append("!"), other, one));
    paths.sort(Checksum::compare);

    assertThat(Checksum.compare(one, inOne)).isNegative();
    assertThat(Checksum.compare(inOne, one.append("\u0001"))).isNegative();
    assertThat(paths.indexOf(inOne)).isGreaterThan(paths.indexOf(one));
  }

  @Example
  void whatDiffersIsSaidInWords() {
    Checksum now = new Checksum(RawPath.of("d/f"), Stat.Kind.FILE, 04755, 0, 2, 6, "x", "c1");

    assertThat(FILE.differences(FILE)).isEmpty();
    assertThat(FILE.differences(now))
        .containsExactly(
            "content",
            "size 6, not 5",
            "mode 4755, not 0644",
            "owner 0:2, not 1:2",
            "extended attributes");
  }

  @Example
  void anotherKindIsAllThatIsSaid() {
    Checksum now =
        new Checksum(RawPath.of("d/f"), Stat.Kind.BLOCK_DEVICE, 0600, 0, 0, 0, "-", "c1");

    assertThat(FILE.differences(now)).containsExactly("is a block device, not a file");
  }

  @Example
  void whatCanNotBeReadIsSaidToBeSo() {
    Checksum now =
        new Checksum(
            RawPath.of("d/f"), Stat.Kind.FILE, 0644, 1, 2, 5, "-", "unreadable: Bad things");

    assertThat(FILE.differences(now)).containsExactly("content can't be read: Bad things");
  }

  @Property(tries = 300)
  void nonsenseIsNoChecksum(@ForAll byte[] bytes) {
    String line =
        Arrays.toString(bytes)
            .chars()
            .mapToObj(Character::toString)
            .collect(Collectors.joining(" "));
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> Checksum.parse(line))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
