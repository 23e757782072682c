package dev.orchestrate.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A step of a stream of differences, as docs/transfer.md describes it, that no sender writes. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StreamStep(String what, byte[] bytes) {

  /**
   * @param rest what follows the path: texts, each behind its length, and numbers of 4 or 8 bytes
   */
  static StreamStep step(char letter, Object path, Object... rest) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(letter);
    put(out, path.toString());
    for (Object one : rest) {
      put(out, one);
    }
    return new StreamStep(letter + " " + path + " " + Arrays.toString(rest), out.toByteArray());
  }

  private static void put(ByteArrayOutputStream out, Object value) {
    if (value instanceof Integer number) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
    } else if (value instanceof Long number) {
      out.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
    } else {
      byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
      out.writeBytes(ByteBuffer.allocate(4).putInt(text.length).array());
      out.writeBytes(text);
    }
  }

  static StreamStep file(Object path) {
    return step('f', path);
  }

  static StreamStep symlink(Object path, Object target) {
    return step('s', path, target);
  }

  static StreamStep write(Object path) {
    return step('w', path, 0L, "planted");
  }

  static StreamStep link(Object path, Object existing) {
    return step('l', path, existing);
  }

  /** These before others. */
  static byte[] before(List<StreamStep> steps, byte[] others) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    steps.forEach(step -> out.writeBytes(step.bytes()));
    out.writeBytes(others);
    return out.toByteArray();
  }
}
