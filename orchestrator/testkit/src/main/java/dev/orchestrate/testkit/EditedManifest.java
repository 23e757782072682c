package dev.orchestrate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A manifest in the catalog, changed as a person would with an editor, or an enemy. */
final class EditedManifest {
  private final Path file;

  EditedManifest(Path file) {
    this.file = file;
  }

  void edit(Consumer<ObjectNode> change) {
    ObjectNode manifest = (ObjectNode) Outcome.parse(text());
    change.accept(manifest);
    write(manifest.toPrettyString());
  }

  String text() {
    return Program.read(file);
  }

  void write(String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes out the one descriptor with this number, of the first process. */
  static void dropDescriptor(ObjectNode manifest, int number) {
    ArrayNode descriptors = (ArrayNode) manifest.at("/processes/0/descriptors");
    for (int i = 0; i < descriptors.size(); i++) {
      if (descriptors.get(i).required("number").intValue() == number) {
        descriptors.remove(i);
        return;
      }
    }
    throw new AssertionError("no descriptor " + number + " in " + manifest);
  }

  /** The description of the file that was open by this path. */
  static ObjectNode description(ObjectNode manifest, String pathEnd) {
    for (JsonNode description : manifest.required("descriptions")) {
      if (description.required("path").asText().endsWith(pathEnd)) {
        return (ObjectNode) description;
      }
    }
    throw new AssertionError("no description of " + pathEnd + " in " + manifest);
  }
}
