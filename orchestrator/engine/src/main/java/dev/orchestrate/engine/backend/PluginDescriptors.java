package dev.orchestrate.engine.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.Manifest;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PropertiesPluginDescriptorFinder;

/**
 * What plugins say of themselves: a jar in its manifest; a folder in {@code plugin.properties}, or
 * else in the manifest among its classes.
 */
final class PluginDescriptors implements PluginDescriptorFinder {
  private static final Path MANIFEST = Path.of("classes/META-INF/MANIFEST.MF");

  @Override
  public boolean isApplicable(Path plugin) {
    return true;
  }

  @Override
  public PluginDescriptor find(Path plugin) {
    return Files.exists(
            plugin.resolve(PropertiesPluginDescriptorFinder.DEFAULT_PROPERTIES_FILE_NAME))
        ? new PropertiesPluginDescriptorFinder().find(plugin)
        : new OwnManifest().find(plugin);
  }

  /**
   * A folder may have manifests of others too, of which pf4j would take whichever it meets first.
   */
  private static final class OwnManifest extends ManifestPluginDescriptorFinder {
    @Override
    protected Manifest readManifestFromDirectory(Path folder) {
      try (InputStream in = Files.newInputStream(folder.resolve(MANIFEST))) {
        return new Manifest(in);
      } catch (IOException e) {
        throw new PluginRuntimeException(e);
      }
    }
  }

  /** Empty if it can't be read, or has no id that can be a name. */
  static Optional<PluginDescriptor> read(Path plugin) {
    try {
      return Optional.of(new PluginDescriptors().find(plugin))
          .filter(
              one ->
                  Optional.ofNullable(one.getPluginId())
                      .filter(id -> id.matches("[A-Za-z0-9][A-Za-z0-9._-]*"))
                      .isPresent());
    } catch (RuntimeException e) { // a jar without a manifest is a NullPointerException
      return Optional.empty();
    }
  }
}
