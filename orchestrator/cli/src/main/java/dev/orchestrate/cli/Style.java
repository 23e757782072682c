package dev.orchestrate.cli;

/** How words are set off from others: in colour on a terminal, and not at all elsewhere. */
enum Style {
  PLAIN(false),
  COLOURED(true);

  private static final String RESET = "\u001b[0m";

  private final boolean coloured;

  Style(boolean coloured) {
    this.coloured = coloured;
  }

  String heading(String text) {
    return set("\u001b[1m", text);
  }

  /** Done, added, in order. */
  String good(String text) {
    return set("\u001b[32m", text);
  }

  /** Changed, or to be looked at. */
  String warning(String text) {
    return set("\u001b[33m", text);
  }

  /** Failed, or removed. */
  String bad(String text) {
    return set("\u001b[31m", text);
  }

  private String set(String code, String text) {
    return coloured ? code + text + RESET : text;
  }
}
