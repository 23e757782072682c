package dev.orchestrate.engine.catalog;

import dev.orchestrate.linux.RawPath;
import java.util.Optional;

/**
 * A view that outlives the command that made it.
 *
 * @param view its id
 * @param checkpoint id of the checkpoint that it shows
 * @param root where the backend has made it
 * @param mountPoint where it is mounted for everybody to see, if so
 */
public record StoredView(
    String view, String checkpoint, RawPath root, Optional<RawPath> mountPoint) {}
