package dev.orchestrate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.linux.RawPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What {@code orchestrate checkpoint --json} reports.
 *
 * @param json the object as it was printed
 */
public record Checkpoint(JsonNode json) {

  public String id() {
    return json.required("id").textValue();
  }

  public long frozenMicros() {
    return json.required("frozenMicros").longValue();
  }

  public List<Long> processes() {
    return stream(json.required("processes")).map(JsonNode::longValue).toList();
  }

  public List<Relink> relinks() {
    return stream(json.required("relinks")).map(Relink::of).toList();
  }

  /** The one relink there is. */
  public Relink relink() {
    if (relinks().size() != 1) {
      throw new AssertionError("one relink expected: " + json);
    }
    return relinks().get(0);
  }

  /**
   * A file without name that got one.
   *
   * @param original where it was, relative to the target
   * @param relinked where it is now, relative to the target
   */
  public record Relink(RawPath original, RawPath relinked, String strategy, long size, long inode) {
    static Relink of(JsonNode json) {
      return new Relink(
          name(json.required("original")),
          name(json.required("relinked")),
          json.required("strategy").textValue(),
          json.required("size").longValue(),
          json.required("inode").longValue());
    }
  }

  /** A name, which is text, or an object with its bytes where it is not UTF-8. */
  static RawPath name(JsonNode json) {
    if (json.isTextual()) {
      return RawPath.of(json.textValue());
    }
    try {
      return RawPath.of(json.required("bytes").binaryValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
