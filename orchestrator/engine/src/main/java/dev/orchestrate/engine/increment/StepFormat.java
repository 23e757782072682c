package dev.orchestrate.engine.increment;

/**
 * What steps look like in a stream: a letter, and what belongs to it. Numbers are of 4 or 8 bytes,
 * the highest first; a path, a name or a value is its length as 4 bytes, and its bytes.
 */
final class StepFormat {
  static final char KEEP = 'k';
  static final char REMOVE = 'r';
  static final char MAKE_FOLDER = 'd';
  static final char MAKE_FILE = 'f';
  static final char RESTORE = 'm';
  static final char MAKE_SYMLINK = 's';
  static final char MAKE_FIFO = 'p';
  static final char MAKE_CHARACTER_DEVICE = 'c';
  static final char MAKE_BLOCK_DEVICE = 'b';
  static final char LINK = 'l';
  static final char RESIZE = 't';
  static final char WRITE = 'w';
  static final char MAKE_HOLE = 'h';
  static final char DESCRIBE = 'a';
  static final char END = '.';

  /** In bytes: what a reader has to find room for. */
  static final int MOST_DATA = 1 << 20;

  static final int LONGEST_PATH = 1 << 16;
  static final int LONGEST_VALUE = 1 << 16;
  static final int MOST_ATTRIBUTES = 1 << 12;

  private StepFormat() {}
}
