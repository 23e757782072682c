package dev.orchestrate.engine.doctor;

import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.spi.Tool;
import java.util.List;

/** Whether programs are there that something needs. */
final class ToolLook {
  private static final List<Tool> OF_TRANSFERS =
      List.of(
          new Tool("tar", "tar", "to send and receive checkpoints"),
          new Tool("zstd", "zstd", "to send and receive what is compressed"));

  private ToolLook() {}

  static List<Finding> ofTransfers() {
    return findings("moving", OF_TRANSFERS, "checkpoints can be sent and received (tar, zstd)");
  }

  /**
   * A warning for each that is missing.
   *
   * @param otherwise what is so if none is
   */
  static List<Finding> findings(String subject, List<Tool> tools, String otherwise) {
    List<Finding> missing =
        tools.stream()
            .filter(tool -> !isThere(tool))
            .map(
                tool ->
                    Finding.warning(
                        subject,
                        "there is no program " + tool.program() + ", " + tool.purpose(),
                        "apt-get install " + tool.debianPackage()))
            .toList();
    return missing.isEmpty() ? List.of(Finding.ok(subject, otherwise)) : missing;
  }

  private static boolean isThere(Tool tool) {
    return ExternalProgram.find(tool.program(), "/usr/sbin", "/sbin").isPresent();
  }
}
