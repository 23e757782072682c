package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * Notes how each situation of the kit ended, for the table of all situations and backends that
 * {@code scripts/situations} puts into the documentation. The file {@code LABEL.tsv} has a line for
 * each test: group, situation, {@code holds}, {@code not claimed} or {@code fails}, reason.
 */
final class SituationResults implements AfterEachCallback {
  /** The system property with the folder of the files, instead of the module's own. */
  static final String FOLDER = "orchestrate.test.situations";

  private static final Path USUAL_FOLDER = Path.of("target/situations");

  @Override
  public void afterEach(ExtensionContext context) {
    Class<?> group = context.getRequiredTestMethod().getDeclaringClass();
    if (!group.getPackage().equals(SituationResults.class.getPackage())) {
      return; // of one backend alone
    }
    String label = ((Situation) context.getRequiredTestInstance()).kind().label();
    List<String> fields =
        List.of(
            group.getSimpleName().replace("Situations", ""),
            context.getRequiredTestMethod().getName(),
            context.getExecutionException().map(SituationResults::outcome).orElse("holds\t"));
    Path folder = Path.of(System.getProperty(FOLDER, USUAL_FOLDER.toString()));
    append(folder.resolve(label + ".tsv"), List.of(String.join("\t", fields)));
  }

  private static String outcome(Throwable failure) {
    String reason =
        String.valueOf(failure.getMessage()).lines().findFirst().orElse("").replace('\t', ' ');
    return failure instanceof TestAbortedException
        ? "not claimed\t" + reason.replaceFirst(".* does not claim: |^Assumption failed: ", "")
        : "fails\t" + reason;
  }

  /** Adds what was noted in a guest to what this module has. */
  static void takeOver(Path folder) {
    if (!Files.isDirectory(folder)) {
      return; // no situation of the kit was run
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        append(USUAL_FOLDER.resolve(file.getFileName()), Files.readAllLines(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(Path file, List<String> lines) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
