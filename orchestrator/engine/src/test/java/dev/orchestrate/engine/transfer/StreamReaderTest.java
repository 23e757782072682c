package dev.orchestrate.engine.transfer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.engine.catalog.Label;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.ManifestFormat;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamReaderTest {
  private static final Manifest MANIFEST =
      new Manifest(
          1,
          "0123456789ab",
          Optional.empty(),
          Instant.EPOCH,
          "btrfs",
          new Manifest.TargetRecord(
              RawPath.of("/srv/data"), RawPath.of("/"), "btrfs", RawPath.of("/dev/sda1")),
          Map.of(),
          RawPath.of("lost+found/checkpoint/0123456789ab/manifest.json"),
          1,
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Optional.empty());
  private static final StreamFormat.Header HEADER =
      new StreamFormat.Header(Compression.NONE, new Label(List.of("tag"), "note"));
  private static final Class<DamagedException> REFUSED = DamagedException.class;
  private static final byte[] TREE = "looked at by nobody".getBytes(UTF_8);

  private static byte[] stream(byte[] tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamWriter writer = new StreamWriter(out);
    writer.begin(HEADER, Optional.empty(), ManifestFormat.write(MANIFEST));
    writer.tree(new ByteArrayInputStream(tree), bytes -> {});
    writer.end();
    return out.toByteArray();
  }

  private static byte[] read(byte[] stream) throws IOException {
    StreamReader reader = new StreamReader(new ByteArrayInputStream(stream));
    assertThat(reader.header()).isEqualTo(HEADER);
    assertThat(reader.manifest()).isEqualTo(MANIFEST);
    ByteArrayOutputStream tree = new ByteArrayOutputStream();
    reader.tree(tree, bytes -> {});
    reader.end();
    return tree.toByteArray();
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    assertThat(read(stream(TREE))).isEqualTo(TREE);
    assertThat(read(stream(new byte[0]))).isEmpty();
    byte[] large = new byte[3 * StreamFormat.LONGEST_RECORD + 1];
    Arrays.fill(large, (byte) 7);
    assertThat(read(stream(large))).isEqualTo(large);
  }

  @Test
  void aStreamCutAnywhereIsRefused() throws IOException {
    byte[] stream = stream(TREE);
    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> read(cut)).as("cut at %d", length).isInstanceOf(REFUSED);
    }
  }

  @Test
  void aStreamWithAnyBitFlippedIsRefused() throws IOException {
    byte[] stream = stream(TREE);
    for (int bit = 0; bit < stream.length * 8; bit++) {
      byte[] bad = stream.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> readWithoutLooking(bad)).as("bit %d", bit).isInstanceOf(REFUSED);
    }
  }

  private static void readWithoutLooking(byte[] stream) throws IOException {
    StreamReader reader = new StreamReader(new ByteArrayInputStream(stream));
    reader.header();
    reader.manifest();
    reader.tree(new ByteArrayOutputStream(), bytes -> {});
    reader.end();
  }

  private static final SharedManifest PLACE = new SharedManifest(1234, "a digest");

  private static byte[] streamWithoutTree() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamWriter writer = new StreamWriter(out);
    writer.shared(HEADER, PLACE, ManifestFormat.write(MANIFEST));
    writer.end();
    return out.toByteArray();
  }

  private static Optional<SharedManifest> readPlace(byte[] stream) {
    StreamReader reader = new StreamReader(new ByteArrayInputStream(stream));
    reader.header();
    Optional<SharedManifest> place = reader.shared();
    assertThat(reader.parent()).isEmpty();
    reader.manifest();
    reader.end();
    return place;
  }

  @Test
  void aStreamWithoutATreeTellsWhereThatIs() throws IOException {
    assertThat(readPlace(streamWithoutTree())).contains(PLACE);
  }

  @Test
  void aStreamWithoutATreeThatWasCutOrChangedIsRefused() throws IOException {
    byte[] stream = streamWithoutTree();
    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> readPlace(cut)).as("cut at %d", length).isInstanceOf(REFUSED);
      byte[] bad = stream.clone();
      bad[length] ^= 4;
      assertThatThrownBy(() -> readPlace(bad)).as("changed at %d", length).isInstanceOf(REFUSED);
    }
  }

  @Test
  void aTreeThatComesThoughItShouldBeHereIsRefused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamWriter writer = new StreamWriter(out);
    writer.shared(HEADER, PLACE, ManifestFormat.write(MANIFEST));
    writer.tree(new ByteArrayInputStream(TREE), bytes -> {});
    writer.end();
    assertThatThrownBy(() -> readPlace(out.toByteArray())).isInstanceOf(REFUSED);
  }

  @Test
  void aRecordOfImpossibleLengthTakesNoMemory() {
    byte[] stream = "orchestrate-checkpoint 1\nH\377\377\377\377".getBytes(ISO_8859_1);
    assertThatThrownBy(() -> readWithoutLooking(stream))
        .isInstanceOf(REFUSED)
        .hasMessageContaining("no possible length");
  }
}
