package dev.orchestrate.cli;

import dev.orchestrate.engine.manifest.ProcessRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Processes in the order of a tree: children behind their parent. One whose parent is not among
 * them is a root; so is one of those that a forged manifest has made each other's parents.
 */
final class ProcessTree {
  private static final int NONE = Integer.MIN_VALUE;

  private final Map<Integer, List<ProcessRecord>> children;
  private final Set<Integer> placed = new HashSet<>();
  private final List<Branch> branches = new ArrayList<>();

  /**
   * One process.
   *
   * @param depth how many of its ancestors are in the tree
   */
  record Branch(ProcessRecord process, int depth) {}

  private ProcessTree(List<ProcessRecord> processes) {
    children =
        processes.stream().collect(Collectors.groupingBy(process -> process.parent().orElse(NONE)));
  }

  /** Each process once. */
  static List<Branch> of(List<ProcessRecord> processes) {
    ProcessTree tree = new ProcessTree(processes);
    Set<Integer> all = processes.stream().map(ProcessRecord::pid).collect(Collectors.toSet());
    processes.stream()
        .filter(process -> process.parent().filter(all::contains).isEmpty())
        .forEach(tree::grow);
    processes.forEach(tree::grow);
    return tree.branches;
  }

  /** Without recursion, as a manifest may have a line of a million. */
  private void grow(ProcessRecord root) {
    Deque<Branch> next = new ArrayDeque<>();
    next.push(new Branch(root, 0));
    while (!next.isEmpty()) {
      Branch branch = next.pop();
      int pid = branch.process().pid();
      if (placed.add(pid)) {
        branches.add(branch);
        List<ProcessRecord> own = children.getOrDefault(pid, List.of());
        for (int i = own.size() - 1; i >= 0; i--) {
          next.push(new Branch(own.get(i), branch.depth() + 1));
        }
      }
    }
  }
}
