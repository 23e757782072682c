package dev.orchestrate.cli.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.tomlj.TomlArray;

/** What the value of a key has to be. */
enum Form {
  /** Not empty. */
  TEXT("a string") {
    @Override
    Optional<List<String>> words(Object value) {
      return Optional.of(value).filter(Form::isText).map(text -> List.of((String) text));
    }
  },

  /** Written as a list, or as the only one of it. */
  TEXTS("a string, or a list of strings") {
    @Override
    Optional<List<String>> words(Object value) {
      return TEXT.words(value).or(() -> WORDS.words(value));
    }
  },

  /** A program and its arguments. */
  WORDS("a list of strings: a program and its arguments") {
    @Override
    Optional<List<String>> words(Object value) {
      return Optional.of(value)
          .filter(TomlArray.class::isInstance)
          .map(array -> ((TomlArray) array).toList())
          .filter(list -> !list.isEmpty() && list.stream().allMatch(String.class::isInstance))
          .filter(list -> isText(list.get(0)))
          .map(list -> list.stream().map(String.class::cast).toList());
    }
  },

  /** At least 1; TOML has no others that would fit an option. */
  COUNT("a whole number above 0") {
    @Override
    Optional<List<String>> words(Object value) {
      return Optional.of(value)
          .filter(Long.class::isInstance)
          .filter(number -> (Long) number > 0 && (Long) number <= Integer.MAX_VALUE)
          .map(number -> List.of(number.toString()));
    }
  },

  /** With a fraction or without. */
  SECONDS("a number of seconds above 0, and at most 3600") {
    private static final double MOST = 3600;

    @Override
    Optional<List<String>> words(Object value) {
      return Optional.of(value)
          .filter(number -> number instanceof Long || number instanceof Double)
          .map(number -> ((Number) number).doubleValue())
          .filter(number -> number > 0 && number <= MOST)
          .map(number -> List.of(BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()));
    }
  },

  SWITCH("true or false") {
    @Override
    Optional<List<String>> words(Object value) {
      return Optional.of(value)
          .filter(Boolean.class::isInstance)
          .map(truth -> List.of(truth.toString()));
    }
  };

  private final String meaning;

  Form(String meaning) {
    this.meaning = meaning;
  }

  /** For people: what it has to be. */
  String meaning() {
    return meaning;
  }

  /**
   * The value as it would be typed, a word for each; empty if it is not of this form.
   *
   * @param value as TomlJ has it
   */
  abstract Optional<List<String>> words(Object value);

  private static boolean isText(Object value) {
    return value instanceof String text && !text.isEmpty() && text.indexOf('\0') < 0;
  }
}
