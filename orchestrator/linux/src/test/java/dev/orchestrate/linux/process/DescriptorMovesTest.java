package dev.orchestrate.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DescriptorMovesTest {

  @Provide
  Arbitrary<Map<Integer, Integer>> wanted() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 12);
    return Arbitraries.maps(number, number).ofMaxSize(12);
  }

  @Property
  void everyNumberGetsWhatItWants(@ForAll("wanted") Map<Integer, Integer> wanted) {
    Map<Integer, String> table = new HashMap<>();
    wanted.values().forEach(number -> table.put(number, "file at " + number));

    DescriptorMoves.Order order = DescriptorMoves.of(new TreeMap<>(wanted), Set.of());
    order.moves().forEach(move -> table.put(move.to(), table.get(move.from())));

    wanted.forEach((to, from) -> assertThat(table.get(to)).isEqualTo("file at " + from));
    assertThat(order.spares()).noneMatch(wanted::containsKey);
  }

  @Example
  void twoThatChangePlacesNeedOneSpareNumber() {
    DescriptorMoves.Order order = DescriptorMoves.of(new TreeMap<>(Map.of(4, 5, 5, 4)), Set.of());

    assertThat(order.moves()).hasSize(3);
    assertThat(order.spares()).hasSize(1);
  }

  @Example
  void aSpareNumberIsNoneThatHasToStay() {
    DescriptorMoves.Order order =
        DescriptorMoves.of(new TreeMap<>(Map.of(4, 5, 5, 4)), Set.of(3, 6));

    assertThat(order.spares()).containsExactly(7);
    assertThat(order.moves()).noneMatch(move -> move.to() == 3 || move.to() == 6);
  }

  @Example
  void oneInItsPlaceIsMovedOntoItselfToLoseCloseOnExec() {
    assertThat(DescriptorMoves.of(new TreeMap<>(Map.of(4, 4)), Set.of()).moves())
        .isEqualTo(List.of(new DescriptorMoves.Move(4, 4)));
  }
}
