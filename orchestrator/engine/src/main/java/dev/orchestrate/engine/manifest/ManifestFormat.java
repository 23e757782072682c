package dev.orchestrate.engine.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.DamagedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads and writes JSON, manifests above all. A path is a string or, where its bytes are not valid
 * UTF-8, an object {@code {"bytes": "base64"}}.
 */
public final class ManifestFormat {
  private static final long LARGEST = 256L << 20;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(LARGEST)
                          .maxNestingDepth(20)
                          .build())
                  .build())
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .addModule(
              new SimpleModule()
                  .addSerializer(RawPath.class, new PathWriter())
                  .addDeserializer(RawPath.class, new PathReader()))
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
          .build();

  private ManifestFormat() {}

  /** JSON of any value, indented, with a line feed at the end. */
  public static byte[] write(Object value) {
    try {
      byte[] json = MAPPER.writeValueAsBytes(value);
      byte[] line = Arrays.copyOf(json, json.length + 1);
      line[json.length] = '\n';
      return line;
    } catch (JacksonException e) {
      throw new IllegalStateException("values of this program can be written as JSON", e);
    }
  }

  /** JSON of any value on one line, without a line feed. */
  public static byte[] writeLine(Object value) {
    try {
      return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw new IllegalStateException("values of this program can be written as JSON", e);
    }
  }

  /**
   * Reads a manifest and checks it; see {@link ManifestChecks}.
   *
   * @param name of where it comes from, for messages
   * @throws DamagedException if it is cut off, not JSON, of another form, or newer than this
   *     program
   */
  public static Manifest read(byte[] json, String name) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      int version = tree.path("version").asInt(0);
      if (version > Manifest.VERSION) {
        throw new DamagedException(
            name + ": is of version " + version + ", made by a newer orchestrate",
            "use that one; this one reads version " + Manifest.VERSION);
      }
      Manifest manifest = MAPPER.treeToValue(tree, Manifest.class);
      if (manifest == null) {
        throw new DamagedException(name + ": is empty", "");
      }
      ManifestChecks.check(manifest, name);
      return manifest;
    } catch (JacksonException e) {
      throw damaged(name, e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
  }

  /**
   * Reads any other value that this program wrote.
   *
   * @throws DamagedException if that is not what it is
   */
  public static <T> T read(byte[] json, Class<T> type, String name) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JacksonException e) {
      throw damaged(name, e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
  }

  private static DamagedException damaged(String name, JacksonException e) {
    String where =
        e.getLocation() == null || e.getLocation().getLineNr() < 0
            ? ""
            : " (line " + e.getLocation().getLineNr() + ")";
    return new DamagedException(
        name + ": can't be read: " + RawPath.printable(e.getOriginalMessage()) + where,
        "restore it from the copy inside the snapshot, or delete the checkpoint",
        e);
  }

  private static final class PathWriter extends StdSerializer<RawPath> {
    private static final long serialVersionUID = 1L;

    PathWriter() {
      super(RawPath.class);
    }

    @Override
    public void serialize(RawPath path, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (path.isUtf8()) {
        out.writeString(path.text());
      } else {
        out.writeStartObject();
        out.writeStringField("bytes", Base64.getEncoder().encodeToString(path.bytes()));
        out.writeEndObject();
      }
    }
  }

  private static final class PathReader extends StdDeserializer<RawPath> {
    private static final long serialVersionUID = 1L;

    PathReader() {
      super(RawPath.class);
    }

    @Override
    public RawPath deserialize(JsonParser in, DeserializationContext context) throws IOException {
      JsonNode node = context.readTree(in);
      try {
        if (node.isTextual()) {
          return RawPath.of(node.textValue());
        }
        if (node.isObject() && node.size() == 1 && node.path("bytes").isTextual()) {
          return RawPath.of(Base64.getDecoder().decode(node.path("bytes").textValue()));
        }
      } catch (IllegalArgumentException e) {
        return (RawPath) context.handleWeirdStringValue(RawPath.class, "", "%s", e.getMessage());
      }
      return (RawPath) context.handleUnexpectedToken(RawPath.class, in);
    }
  }
}
