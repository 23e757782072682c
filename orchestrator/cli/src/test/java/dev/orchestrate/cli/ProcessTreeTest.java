package dev.orchestrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.engine.manifest.ProcessRecord;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProcessTreeTest {
  @Test
  void childrenAreBehindTheirParentWhateverTheirOrder() {
    assertThat(tree(process(7, 5), process(3, 2), process(5, 1), process(9, 7), process(8, 5)))
        .containsExactly("3", "5", "  7", "    9", "  8");
  }

  @Test
  void processOfAnUnknownParentIsARoot() {
    ProcessRecord process = process(4, Optional.empty());

    assertThat(tree(process)).containsExactly("4");
  }

  @Test
  void eachIsThereOnceEvenIfTheyAreEachOthersParents() {
    assertThat(tree(process(4, 5), process(5, 4), process(6, 6))).containsExactly("4", "  5", "6");
  }

  @Test
  void lineOfDescendantsMayBeLong() {
    ProcessRecord[] line =
        IntStream.range(0, 100_000)
            .mapToObj(pid -> process(pid + 1, pid))
            .toArray(ProcessRecord[]::new);

    assertThat(ProcessTree.of(List.of(line)).get(99_999).depth()).isEqualTo(99_999);
  }

  private static List<String> tree(ProcessRecord... processes) {
    return ProcessTree.of(List.of(processes)).stream()
        .map(branch -> "  ".repeat(branch.depth()) + branch.process().pid())
        .toList();
  }

  private static ProcessRecord process(int pid, int parent) {
    return process(pid, Optional.of(parent));
  }

  private static ProcessRecord process(int pid, Optional<Integer> parent) {
    return new ProcessRecord(
        pid,
        parent,
        pid,
        "name",
        List.of(),
        List.of(),
        0,
        0,
        List.of(),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }
}
