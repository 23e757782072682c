package dev.orchestrate.engine.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether commands start as fast as they could. */
final class ClassArchiveLook {
  private static final String SUBJECT = "start";

  /** The head of an archive, which names the Java that it is of (JDK 17, filemap.hpp). */
  private static final int HEAD = 4096;

  private ClassArchiveLook() {}

  static Finding finding(Path program) {
    Path archive = program.resolve("lib/orchestrate.jsa");
    String make = program.resolve("libexec/archive-classes").toString();
    if (!Files.exists(archive)) {
      return Finding.warning(SUBJECT, "there is no archive of classes; it would be faster", make);
    }
    try (InputStream file = Files.newInputStream(archive)) {
      String head = new String(file.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
      return head.contains("(" + System.getProperty("java.vm.version") + ")")
          ? Finding.ok(SUBJECT, "fast, by an archive of classes of this Java")
          : Finding.warning(
              SUBJECT, archive + " is of another Java, and not used; it would be faster", make);
    } catch (IOException e) {
      return Finding.warning(SUBJECT, archive + " can't be read; it would be faster", make);
    }
  }
}
