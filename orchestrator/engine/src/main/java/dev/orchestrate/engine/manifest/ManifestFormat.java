package dev.orchestrate.engine.manifest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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
import dev.orchestrate.spi.NotSupportedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.Objects;

/**
 * Reads and writes JSON, manifests above all. A path is a string or, where its bytes are not valid
 * UTF-8, an object {@code {"bytes": "base64"}}.
 */
public final class ManifestFormat {
  /** In bytes: more than a hundred thousand open files take. */
  public static final long LARGEST = 128L << 20;

  /** Of names, values and brackets, since a small file may stand for many objects in memory. */
  private static final long MOST_TOKENS = 10_000_000;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(LARGEST)
                          .maxTokenCount(MOST_TOKENS)
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

  /** Makes the first use quick: what it would load is loaded at the end of this. */
  public static void load() {
    Objects.requireNonNull(MAPPER.writerFor(Manifest.class));
    Objects.requireNonNull(MAPPER.readerFor(Manifest.class));
  }

  /** JSON of any value, indented, with a line feed at the end. */
  public static byte[] write(Object value) {
    return write(value, bytes(value));
  }

  /** How many bytes its JSON takes. */
  private static long bytes(Object value) {
    ByteCount count = new ByteCount();
    write(value, count);
    return count.bytes();
  }

  private static byte[] write(Object value, long bytes) {
    ExactBytes json = new ExactBytes(Math.toIntExact(bytes));
    write(value, json);
    return json.bytes();
  }

  /** Twice is cheaper than once into an array that is copied as it grows, with a large manifest. */
  private static void write(Object value, OutputStream out) {
    try {
      MAPPER.writer().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET).writeValue(out, value);
      out.write('\n');
    } catch (IOException e) {
      throw new IllegalStateException("values of this program can be written as JSON", e);
    }
  }

  /**
   * JSON of a manifest, which {@link #read(byte[], String)} will take.
   *
   * @throws NotSupportedException if it would be larger than that
   */
  public static byte[] write(Manifest manifest) {
    long bytes = bytes(manifest);
    if (bytes > LARGEST) {
      throw new NotSupportedException(
          "the manifest would take " + bytes + " bytes, more than " + LARGEST,
          "checkpoint fewer processes at once, with --pid or --cgroup");
    }
    return write(manifest, bytes);
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
      int version = version(json);
      if (version > Manifest.VERSION) {
        throw new DamagedException(
            name + ": is of version " + version + ", made by a newer orchestrate",
            "use that one; this one reads version " + Manifest.VERSION);
      }
      Manifest manifest = MAPPER.readValue(json, Manifest.class);
      if (manifest == null) {
        throw new DamagedException(
            name + ": is empty", "what made it did not finish; take it from there once more");
      }
      ManifestChecks.check(manifest, name);
      return manifest;
    } catch (JacksonException e) {
      throw damaged(name, e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
  }

  /** What the outermost object has as "version"; 0 if that is no number, or it is not there. */
  private static int version(byte[] json) throws IOException {
    try (JsonParser in = MAPPER.createParser(json)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return 0;
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = in.currentName().equals("version");
        if (in.nextToken() == JsonToken.VALUE_NUMBER_INT && found) {
          return in.getIntValue();
        }
        in.skipChildren();
      }
      return 0;
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
        name
            + ": can't be read: "
            + ManifestChecks.shortened(RawPath.printable(e.getOriginalMessage()))
            + where,
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
