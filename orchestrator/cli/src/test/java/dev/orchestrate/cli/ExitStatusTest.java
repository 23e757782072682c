package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExitStatusTest {
  private static final Path GUIDE = Path.of("../../docs/guide.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\| (.+) \\|$");

  /** Help and manual pages have them from here. */
  @Test
  void theGuideSaysOfEachWhatTheHelpSays() throws IOException {
    String guide = Files.readString(GUIDE);
    String section = guide.substring(guide.indexOf("\n## Exit statuses\n"));
    String table = section.substring(0, section.indexOf("\n## Files"));

    List<String> rows =
        ROW.matcher(table)
            .results()
            .map(row -> row.group(1) + ":" + row.group(2).replace("`", ""))
            .toList();

    assertThat(rows).isEqualTo(ExitStatus.help());
  }
}
