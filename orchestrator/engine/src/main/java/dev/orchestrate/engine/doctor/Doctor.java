package dev.orchestrate.engine.doctor;

import dev.orchestrate.engine.backend.PluginFolders;
import dev.orchestrate.engine.catalog.Catalog;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks whether this machine has what commands need. Changes nothing. */
public final class Doctor {
  private Doctor() {}

  /**
   * @param program the folder that it is installed in
   */
  public static List<Finding> look(Catalog catalog, PluginFolders plugins, Path program) {
    return Stream.of(
            KernelLook.findings().stream(),
            RightsLook.findings().stream(),
            PluginLook.findings(plugins).stream(),
            ToolLook.ofTransfers().stream(),
            StateLook.findings(catalog).stream(),
            Stream.of(ClassArchiveLook.finding(program)))
        .flatMap(findings -> findings)
        .toList();
  }
}
