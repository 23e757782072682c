package dev.orchestrate.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTest {
  @Test
  void tagsAreInOrderAndEachOnce() {
    assertThat(new Label(List.of("b", "a", "b"), "").tags()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "a,b", "-a", "line\nfeed", "\u001b[1m", "ä"})
  void whatWouldBreakATableIsNoTag(String tag) {
    assertThatThrownBy(() -> new Label(List.of(tag), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContainingAny("\n", "\u001b");
  }

  /** As a name that is not UTF-8 comes from the command line. */
  @Test
  void aNoteThatIsNotUtf8IsRefused() {
    assertThatThrownBy(() -> new Label(List.of(), "\udcff"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
