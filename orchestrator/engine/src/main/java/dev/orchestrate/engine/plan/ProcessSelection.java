package dev.orchestrate.engine.plan;

import dev.orchestrate.linux.RawPath;
import java.util.List;

/** Which processes a checkpoint is about. */
public sealed interface ProcessSelection {

  /** Every process that holds something on the target. */
  record Holders() implements ProcessSelection {}

  /** These processes, whether they hold something or not. */
  record Pids(List<Integer> pids) implements ProcessSelection {}

  /**
   * All processes of a control group and the groups below it.
   *
   * @param folder such as /sys/fs/cgroup/system.slice/a.service, or the part below the mount
   */
  record InCgroup(RawPath folder) implements ProcessSelection {}
}
