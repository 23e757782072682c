package dev.orchestrate.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What a program said and how it ended.
 *
 * @param status of its exit
 * @param out all of its standard output
 * @param err all of its standard error
 */
public record Outcome(List<String> command, int status, String out, String err) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fails unless this is the exit status. */
  public Outcome expect(int expected) {
    if (status != expected) {
      throw new AssertionError("exit status " + status + " instead of " + expected + "\n" + this);
    }
    return this;
  }

  /** Standard output, which has to be one JSON value. */
  public JsonNode json() {
    return parse(out);
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  @Override
  public String toString() {
    return command + "\nstatus: " + status + "\nout: " + out + "\nerr: " + err;
  }
}
