package dev.orchestrate.cli;

import dev.orchestrate.engine.catalog.StoredView;
import dev.orchestrate.linux.RawPath;

/**
 * What {@code --json} gives for a view that is mounted, or was.
 *
 * @param id of the checkpoint that it shows
 * @param path where everybody sees it or, if it is mounted nowhere, where the backend has it
 */
record ViewReport(String id, RawPath path, String view) {

  static ViewReport of(StoredView view) {
    return new ViewReport(view.checkpoint(), view.mountPoint().orElseGet(view::root), view.view());
  }
}
