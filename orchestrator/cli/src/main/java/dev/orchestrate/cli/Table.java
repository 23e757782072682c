package dev.orchestrate.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows with columns as wide as their widest cell. Where that is more than the terminal has, the
 * widest columns are made narrower, and their cells go on in the next line: nothing is left out.
 */
final class Table {
  private static final int GAP = 2;
  private static final int LEAST = 12;

  private final Screen screen;
  private final List<List<String>> rows = new ArrayList<>();

  Table(Screen screen, String... headings) {
    this.screen = screen;
    rows.add(List.of(headings));
  }

  void add(String... cells) {
    rows.add(List.of(cells));
  }

  void print(PrintWriter out) {
    int[] widths = widths();
    for (int i = 0; i < rows.size(); i++) {
      for (String line : lines(rows.get(i), widths)) {
        out.println(i == 0 ? screen.out().heading(line) : line);
      }
    }
  }

  private int[] widths() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Screen.width(row.get(i)));
      }
    }
    while (excess(widths) > 0) {
      int widest = widest(widths);
      if (widths[widest] <= LEAST) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private int excess(int[] widths) {
    return Arrays.stream(widths).sum() + GAP * (widths.length - 1) - screen.outColumns();
  }

  private static int widest(int[] widths) {
    int widest = 0;
    for (int i = 1; i < widths.length; i++) {
      widest = widths[i] >= widths[widest] ? i : widest;
    }
    return widest;
  }

  private static List<String> lines(List<String> row, int[] widths) {
    List<List<String>> cells = new ArrayList<>();
    int height = 0;
    for (int i = 0; i < widths.length; i++) {
      cells.add(folded(row.get(i), widths[i]));
      height = Math.max(height, cells.get(i).size());
    }
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < height; at++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String part = at < cells.get(i).size() ? cells.get(i).get(at) : "";
        line.append(part).append(" ".repeat(widths[i] - Screen.width(part) + GAP));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** In parts that fit, if possible cut behind a space or a slash. */
  private static List<String> folded(String cell, int width) {
    List<String> parts = new ArrayList<>();
    String rest = cell;
    while (Screen.width(rest) > width) {
      int most = rest.offsetByCodePoints(0, width);
      int cut = Math.max(rest.lastIndexOf(' ', most - 1), rest.lastIndexOf('/', most - 1)) + 1;
      cut = cut > most / 2 ? cut : most;
      parts.add(rest.substring(0, cut).stripTrailing());
      rest = rest.substring(cut);
    }
    parts.add(rest);
    return parts;
  }
}
