package dev.orchestrate.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ManifestFormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(ManifestFormatTest.class.getResourceAsStream("manifest.schema.json"));

  /** What an attacker, or a slip of the hand, might put in the place of any value. */
  private static final List<String> JUNK =
      List.of(
          "null",
          "\"\"",
          "\"/etc/passwd\"",
          "\"../../etc/passwd\"",
          "\"a/./b\"",
          "\"a\\u0000b\"",
          "{\"bytes\":\"Li4=\"}",
          "{\"bytes\":\"AAA=\"}",
          "{\"bytes\":\"not base64\"}",
          "-1",
          "1e400",
          "99999999999999999999",
          "2147483648",
          "true",
          "[]",
          "{}",
          "[[[]]]",
          "\"O_NONSENSE\"");

  @Provide
  Arbitrary<Manifest> manifests() {
    return GeneratedManifests.all();
  }

  @Property
  void everyManifestSurvivesWritingAndReading(@ForAll("manifests") Manifest manifest) {
    assertThat(ManifestFormat.read(ManifestFormat.write(manifest), "it")).isEqualTo(manifest);
  }

  /** By the checksum of that, two hosts find out whether they have the same one. */
  @Property
  void everyManifestIsWrittenAsItWasRead(@ForAll("manifests") Manifest manifest) {
    byte[] json = ManifestFormat.write(manifest);

    assertThat(ManifestFormat.write(ManifestFormat.read(json, "it"))).isEqualTo(json);
  }

  @Property(tries = 300)
  void everyManifestFitsThePublishedSchema(@ForAll("manifests") Manifest manifest)
      throws IOException {
    assertThat(SCHEMA.validate(JSON.readTree(ManifestFormat.write(manifest)))).isEmpty();
  }

  @Example
  void theSchemaRefusesWhatIsNoManifest() throws IOException {
    assertThat(SCHEMA.validate(JSON.readTree("{\"version\": 1}"))).isNotEmpty();
    assertThat(SCHEMA.validate(JSON.readTree("[]"))).isNotEmpty();
  }

  @Property(tries = 300)
  void aManifestThatIsCutShortIsDamaged(
      @ForAll("manifests") Manifest manifest, @ForAll @IntRange(max = 1 << 20) int cut) {
    byte[] whole = ManifestFormat.write(manifest);
    byte[] part = Arrays.copyOf(whole, cut % (whole.length - 2));

    assertThatThrownBy(() -> ManifestFormat.read(part, "it")).isInstanceOf(DamagedException.class);
  }

  /** Wherever the junk is put: what is read then still leads nowhere but below the top. */
  @Property(tries = 3000)
  void junkInAnyPlaceIsRefusedOrHarmless(
      @ForAll("manifests") Manifest manifest,
      @ForAll @IntRange(max = 1 << 20) int place,
      @ForAll @IntRange(max = 1 << 20) int junk)
      throws IOException {
    ObjectNode tree = (ObjectNode) JSON.readTree(ManifestFormat.write(manifest));
    List<Runnable> changes = new ArrayList<>();
    collectChanges(tree, JSON.readTree(JUNK.get(junk % JUNK.size())), changes);
    changes.get(place % changes.size()).run();

    try {
      requireHarmless(ManifestFormat.read(JSON.writeValueAsBytes(tree), "it"));
    } catch (DamagedException e) {
      assertThat(e.getMessage()).startsWith("it: ").doesNotContain("\n");
    }
  }

  private static void collectChanges(JsonNode node, JsonNode junk, List<Runnable> changes) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(entry -> changes.add(() -> object.set(entry.getKey(), junk)));
      changes.add(() -> object.set("unknown", junk));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int index = i;
        changes.add(() -> array.set(index, junk));
      }
      changes.add(() -> array.add(junk));
    }
    node.forEach(child -> collectChanges(child, junk, changes));
  }

  private static void requireHarmless(Manifest manifest) {
    assertThat(ManifestPaths.onTarget(manifest)).allMatch(RawPath::isPlainRelative);
    assertThat(manifest.id()).matches("[0-9a-f]{12}");
    assertThat(manifest.set().map(SnapshotSet::members).orElse(List.of()))
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[0-9a-f]{12}"));
    assertThat(manifest.processes())
        .flatExtracting(ProcessRecord::descriptors)
        .allMatch(descriptor -> descriptor.number() >= 0 && descriptor.number() < 1 << 20);
    assertThat(manifest.descriptions()).allMatch(description -> description.offset() >= 0);
  }

  @Example
  void aNameThatIsNotUtf8IsWrittenInBase64() throws IOException {
    JsonNode json = JSON.readTree(ManifestFormat.write(RawPath.of(new byte[] {(byte) 0xFF})));

    assertThat(json).isEqualTo(JsonNodeFactory.instance.objectNode().put("bytes", "/w=="));
  }

  @Example
  void aFieldThatIsThereTwiceIsRefused() {
    byte[] twice = "{\"version\":1,\"version\":1}".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> ManifestFormat.read(twice, "it")).isInstanceOf(DamagedException.class);
  }
}
