package dev.orchestrate.engine.backend;

import org.pf4j.CompoundPluginLoader;
import org.pf4j.DefaultPluginLoader;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginManager;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginLoader;
import org.pf4j.PluginStatusProvider;

/**
 * pf4j's manager of plugins without its memory of which are switched off. That would be in {@code
 * plugins/enabled.txt} and {@code plugins/disabled.txt} below whichever folder a command is typed
 * in, where another user may have put links to files of root's, which are rewritten at a start.
 */
final class StatelessPlugins extends JarPluginManager {

  @Override
  protected PluginStatusProvider createPluginStatusProvider() {
    return new AlwaysEnabled();
  }

  @Override
  protected PluginDescriptorFinder createPluginDescriptorFinder() {
    return new PluginDescriptors();
  }

  /** Of jars and of folders, not of zips. */
  @Override
  protected PluginLoader createPluginLoader() {
    return new CompoundPluginLoader()
        .add(new JarPluginLoader(this))
        .add(new DefaultPluginLoader(this));
  }

  private static final class AlwaysEnabled implements PluginStatusProvider {
    @Override
    public boolean isPluginDisabled(String id) {
      return false;
    }

    @Override
    public void disablePlugin(String id) {
      throw new UnsupportedOperationException("a plugin is used or removed");
    }

    @Override
    public void enablePlugin(String id) {
      // it is
    }
  }
}
