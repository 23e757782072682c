package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    assertThat(printed(Screen.NONE, "an id", "/a/rather/long/path"))
        .isEqualTo("ID     PATH\nan id  /a/rather/long/path\n");
  }

  @Test
  void whatDoesNotFitGoesOnInTheNextLine() {
    assertThat(printed(wide(24), "0123456789", "/srv/data/mysql/db/ibdata1"))
        .isEqualTo(
            """
            ID          PATH
            0123456789  /srv/data/
                        mysql/db/
                        ibdata1
            """);
  }

  @Test
  void nameWithoutAPlaceToCutIsCutWhereTheLineEnds() {
    String name = "x".repeat(25);

    assertThat(
            printed(wide(24), "0123456789", name).lines().skip(1).map(line -> line.substring(12)))
        .containsExactly("x".repeat(12), "x".repeat(12), "x");
  }

  @Test
  void charactersOutsideTheFirstPlaneAreNotCutInTwo() {
    String name = "\ud83d\ude00".repeat(14);

    assertThat(
            printed(wide(24), "0123456789", name).lines().skip(1).map(line -> line.substring(12)))
        .containsExactly("\ud83d\ude00".repeat(12), "\ud83d\ude00".repeat(2));
  }

  /** Narrower columns could not be read. */
  @Test
  void terminalOfAFewColumnsGetsWiderLines() {
    assertThat(printed(wide(5), "0123456789", "/srv/data/mysql").lines())
        .containsExactly("ID          PATH", "0123456789  /srv/data/", "            mysql");
  }

  @Test
  void headingIsSetOffInColour() {
    Screen coloured =
        new Screen(Style.COLOURED, Style.PLAIN, false, Integer.MAX_VALUE, Integer.MAX_VALUE);

    assertThat(printed(coloured, "1", "/a")).isEqualTo("\u001b[1mID  PATH\u001b[0m\n1   /a\n");
  }

  private static Screen wide(int columns) {
    return new Screen(Style.PLAIN, Style.PLAIN, false, columns, columns);
  }

  private static String printed(Screen screen, String id, String path) {
    StringWriter out = new StringWriter();
    Table table = new Table(screen, "ID", "PATH");
    table.add(id, path);
    table.print(new PrintWriter(out));
    return out.toString();
  }
}
