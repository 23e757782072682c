package dev.orchestrate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class OpenFlagTest {

  @Property
  void bitsOfKnownFlagsSurvive(@ForAll Set<OpenFlag> flags) {
    int bits = OpenFlag.bits(flags);

    assertThat(OpenFlag.bits(OpenFlag.of(bits))).isEqualTo(bits);
  }

  @Example
  void aFlagThatContainsAnotherStandsForItself() {
    assertThat(OpenFlag.of(OpenFlag.O_SYNC.value())).containsExactly(OpenFlag.O_SYNC);
    assertThat(OpenFlag.of(OpenFlag.O_TMPFILE.value())).containsExactly(OpenFlag.O_TMPFILE);
    assertThat(OpenFlag.of(OpenFlag.O_DSYNC.value())).containsExactly(OpenFlag.O_DSYNC);
  }
}
