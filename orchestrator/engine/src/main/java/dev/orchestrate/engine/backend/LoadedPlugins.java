package dev.orchestrate.engine.backend;

import dev.orchestrate.spi.SnapshotBackend;
import dev.orchestrate.spi.SystemFailureException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.pf4j.PluginDescriptor;

/**
 * The plugins of some folders, each through a class loader of its own. One that can't be used does
 * not keep the others from it.
 */
final class LoadedPlugins implements AutoCloseable {
  private final StatelessPlugins manager = new StatelessPlugins();
  private final List<Plugin> plugins = new ArrayList<>();

  private LoadedPlugins() {
    version().ifPresent(manager::setSystemVersion);
  }

  /**
   * Loads what is in those of the folders that there are, in the order of their names.
   *
   * @throws dev.orchestrate.spi.PermissionException if others could have changed what is in the
   *     folder of one
   */
  static LoadedPlugins of(List<Path> folders) {
    List<PackagedPlugin> found =
        folders.stream().filter(Files::isDirectory).flatMap(PackagedPlugin::in).toList();
    LoadedPlugins loaded = new LoadedPlugins();
    found.stream().filter(loaded::isKnownSafe).toList().forEach(loaded::load);
    return loaded;
  }

  /** The version of this program that plugins see; empty if its classes are not in a jar. */
  static Optional<String> version() {
    return Optional.ofNullable(SnapshotBackend.class.getPackage().getImplementationVersion())
        .map(version -> version.replaceFirst("-.*", ""));
  }

  List<Plugin> all() {
    return plugins;
  }

  /** What this user can't look at is left out; what others could have changed stops all. */
  private boolean isKnownSafe(PackagedPlugin packaged) {
    try {
      packaged.requireSafe();
      return true;
    } catch (SystemFailureException e) {
      addUnknown(packaged.path(), "can't be looked at: " + e.getMessage());
      return false;
    }
  }

  private void load(PackagedPlugin packaged) {
    Path path = packaged.path();
    if (packaged.packaging() == PackagedPlugin.Packaging.ZIP) {
      addUnknown(path, "a zip has to be expanded: orchestrate plugins install " + path);
      return;
    }
    Optional<PluginDescriptor> read = PluginDescriptors.read(path);
    if (read.isEmpty()) {
      addUnknown(path, "is no plugin: a Plugin-Id in its manifest can't be read");
      return;
    }
    PluginDescriptor descriptor = read.get();
    List<SnapshotBackend> backends = List.of();
    Optional<String> problem;
    try {
      problem = unfit(descriptor);
      if (problem.isEmpty()) {
        manager.loadPlugin(path);
        manager.startPlugin(descriptor.getPluginId());
        backends = manager.getExtensions(SnapshotBackend.class, descriptor.getPluginId());
        problem = incomplete(backends);
      }
    } catch (RuntimeException | LinkageError e) { // whatever is in it, the others are to work
      problem = Optional.of("can't be loaded: " + e.getMessage());
    }
    plugins.add(
        new Plugin(
            path,
            descriptor.getPluginId(),
            text(descriptor.getVersion()),
            text(descriptor.getRequires()).replace("*", ""),
            text(descriptor.getPluginDescription()),
            problem.isPresent() ? List.of() : backends,
            problem));
  }

  /** One that does not say what it is. */
  private void addUnknown(Path path, String problem) {
    String name = path.getFileName().toString();
    plugins.add(new Plugin(path, name, "", "", "", List.of(), Optional.of(problem)));
  }

  private static String text(String orNull) {
    return Optional.ofNullable(orNull).orElse("");
  }

  private Optional<String> unfit(PluginDescriptor descriptor) {
    String id = descriptor.getPluginId();
    Optional<Plugin> other = plugins.stream().filter(one -> one.id().equals(id)).findFirst();
    if (other.isPresent()) {
      return Optional.of("is there twice: " + other.get().file() + " is it, too");
    }
    return version()
        .filter(
            ours -> !manager.getVersionManager().checkVersionConstraint(ours, wanted(descriptor)))
        .map(ours -> "needs orchestrate " + descriptor.getRequires() + ", and this is " + ours);
  }

  /** A version alone means that or a newer one, as pf4j has it. */
  private static String wanted(PluginDescriptor descriptor) {
    String requires = descriptor.getRequires().strip();
    return requires.matches("\\d+\\.\\d+\\.\\d+") ? ">=" + requires : requires;
  }

  /** A method that was added after the plugin was compiled would be missed at its first call. */
  private static Optional<String> incomplete(List<SnapshotBackend> backends) {
    if (backends.isEmpty()) {
      return Optional.of("has no backend: no class of it is a SnapshotBackend and an @Extension");
    }
    return backends.stream()
        .flatMap(backend -> Arrays.stream(backend.getClass().getMethods()))
        .filter(method -> Modifier.isAbstract(method.getModifiers()))
        .map(Method::getName)
        .findFirst()
        .map(name -> "was made for another version of orchestrate: it has no method " + name);
  }

  /** Closes their files; the backends can't be used any more. */
  @Override
  public void close() {
    manager.unloadPlugins();
  }
}
