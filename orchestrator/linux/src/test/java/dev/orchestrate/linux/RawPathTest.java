package dev.orchestrate.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RawPathTest {

  /** Bytes that are not NUL, those that UTF-8 and paths treat specially more often than others. */
  @Provide
  Arbitrary<byte[]> pathBytes() {
    return Arbitraries.oneOf(
            Arbitraries.bytes().filter(one -> one != 0),
            Arbitraries.of((byte) '/', (byte) '.', (byte) '\n', (byte) 0xC3, (byte) 0xED),
            Arbitraries.of((byte) 0xA9, (byte) 0xB2, (byte) 0x80, (byte) 0xF0, (byte) 0x9F))
        .array(byte[].class)
        .ofMaxSize(24);
  }

  @Property
  void everyByteSurvivesTheTextForm(@ForAll("pathBytes") byte[] bytes) {
    RawPath path = RawPath.of(bytes);

    assertThat(RawPath.of(path.text()).bytes()).isEqualTo(bytes);
    assertThat(RawPath.of(path.text())).isEqualTo(path);
  }

  @Property
  void aPathForPeopleIsOneLineWithoutControlCharacters(@ForAll("pathBytes") byte[] bytes) {
    assertThat(RawPath.of(bytes).toString().codePoints()).noneMatch(Character::isISOControl);
  }

  @Property
  void whatIsResolvedBelowAFolderIsRelativeToIt(
      @ForAll("pathBytes") byte[] folder, @ForAll("pathBytes") byte[] name) {
    RawPath above = RawPath.ROOT.resolve(RawPath.of(folder));
    RawPath below = join(RawPath.of(name).components());

    RawPath joined = above.resolve(below);

    assertThat(joined.isBelow(above)).isTrue();
    assertThat(joined.relativeTo(above)).isEqualTo(below);
  }

  @Property
  void parentAndNameMakeThePathAgain(@ForAll("pathBytes") byte[] bytes) {
    RawPath path = join(RawPath.of(bytes).components());

    assertThat(path.parent().resolve(path.name())).isEqualTo(path);
  }

  private static RawPath join(List<RawPath> parts) {
    return parts.stream().reduce(RawPath.EMPTY, RawPath::resolve);
  }

  @Example
  void aPathWithANulByteIsRefused() {
    assertThatThrownBy(() -> RawPath.of(new byte[] {'a', 0}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void climbingPathsAreNotPlain() {
    assertThat(List.of("a/../b", "..", "./a", "a/.", "/a"))
        .noneMatch(path -> RawPath.of(path).isPlainRelative());
    assertThat(List.of("a", "a/b", "...", ".a", "a..b", ""))
        .allMatch(path -> RawPath.of(path).isPlainRelative());
  }

  @Example
  void aNameThatOnlyBeginsLikeTheFolderIsNotBelowIt() {
    assertThat(RawPath.of("/srv/data2").isBelow(RawPath.of("/srv/data"))).isFalse();
  }

  @Example
  void charactersThatTurnTheLineRoundAreShownEscaped() {
    assertThat(RawPath.of("a\u202Eb")).hasToString("a\\u202eb");
    assertThat(RawPath.of(new byte[] {'a', '\n', (byte) 0xFF})).hasToString("a\\n\\xff");
  }
}
