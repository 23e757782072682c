package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.closing.ClosingStack;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.View;

/**
 * A view where programs will see it, and what of it is open for them.
 *
 * @param manifest as it reads in the view
 */
record OpenedView(
    Manifest manifest,
    View view,
    ViewInPlace place,
    Anchors anchors,
    OpenDescriptions descriptions,
    ClosingStack endings)
    implements AutoCloseable {

  static OpenedView open(Manifest manifest, View view, ViewInPlace place) {
    ClosingStack endings = new ClosingStack();
    try {
      Directory top = openTop(place);
      endings.push(top::close);
      Anchors anchors = new Anchors(top, manifest, view.isLiveTree());
      endings.push(anchors::close);
      OpenDescriptions descriptions = new OpenDescriptions(top, anchors, manifest);
      endings.push(descriptions::close);
      return new OpenedView(manifest, view, place, anchors, descriptions, endings);
    } catch (RuntimeException | Error e) {
      try (endings) {
        throw e;
      }
    }
  }

  private static Directory openTop(ViewInPlace place) {
    try {
      return place.open();
    } catch (SystemCallException e) {
      throw new NotFoundException(
          place.path() + ": the view can't be opened: " + e.errno().message(),
          "remove what is left of it, and try again: orchestrate recover",
          e);
    }
  }

  @Override
  public void close() {
    endings.close();
  }
}
