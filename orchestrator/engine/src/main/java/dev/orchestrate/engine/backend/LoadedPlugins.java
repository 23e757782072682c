package dev.orchestrate.engine.backend;

import dev.orchestrate.spi.SnapshotBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginDescriptor;

/**
 * The jars of some folders, each through a class loader of its own. One that can't be used does not
 * keep the others from it.
 */
final class LoadedPlugins implements AutoCloseable {
  private final StatelessPlugins manager = new StatelessPlugins();
  private final List<Plugin> plugins = new ArrayList<>();

  private LoadedPlugins() {
    version().ifPresent(manager::setSystemVersion);
  }

  /** Loads what is in those of the folders that there are, in the order of their names. */
  static LoadedPlugins of(List<Path> folders) {
    LoadedPlugins loaded = new LoadedPlugins();
    folders.stream().filter(Files::isDirectory).flatMap(LoadedPlugins::jars).forEach(loaded::load);
    return loaded;
  }

  private static Stream<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " can't be read", e);
    }
  }

  /** The version of this program that plugins see; empty if its classes are not in a jar. */
  static Optional<String> version() {
    return Optional.ofNullable(SnapshotBackend.class.getPackage().getImplementationVersion())
        .map(version -> version.replaceFirst("-.*", ""));
  }

  List<Plugin> all() {
    return plugins;
  }

  private void load(Path jar) {
    Optional<PluginDescriptor> read = descriptor(jar);
    if (read.isEmpty()) {
      String name = jar.getFileName().toString();
      Optional<String> problem =
          Optional.of("is no plugin: a Plugin-Id in its manifest can't be read");
      plugins.add(new Plugin(jar, name, "", "", "", List.of(), problem));
      return;
    }
    PluginDescriptor descriptor = read.get();
    List<SnapshotBackend> backends = List.of();
    Optional<String> problem;
    try {
      problem = unfit(descriptor);
      if (problem.isEmpty()) {
        manager.loadPlugin(jar);
        manager.startPlugin(descriptor.getPluginId());
        backends = manager.getExtensions(SnapshotBackend.class, descriptor.getPluginId());
        problem = incomplete(backends);
      }
    } catch (RuntimeException | LinkageError e) { // whatever is in it, the others are to work
      problem = Optional.of("can't be loaded: " + e.getMessage());
    }
    plugins.add(
        new Plugin(
            jar,
            descriptor.getPluginId(),
            text(descriptor.getVersion()),
            text(descriptor.getRequires()).replace("*", ""),
            text(descriptor.getPluginDescription()),
            problem.isPresent() ? List.of() : backends,
            problem));
  }

  /** Empty if it is no jar, or has no id that can be a name. */
  private static Optional<PluginDescriptor> descriptor(Path jar) {
    try {
      return Optional.of(new ManifestPluginDescriptorFinder().find(jar))
          .filter(one -> text(one.getPluginId()).matches("[A-Za-z0-9][A-Za-z0-9._-]*"));
    } catch (RuntimeException e) { // a jar without a manifest is a NullPointerException
      return Optional.empty();
    }
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

  /** Closes the jars; the backends can't be used any more. */
  @Override
  public void close() {
    manager.unloadPlugins();
  }
}
