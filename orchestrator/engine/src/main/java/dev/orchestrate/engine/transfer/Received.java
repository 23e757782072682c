package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.manifest.Manifest;
import java.util.Optional;

/**
 * A checkpoint that has come from elsewhere.
 *
 * @param manifest as it is in the catalog
 * @param parent the id of the one here from which it came as what differs
 */
public record Received(Manifest manifest, Optional<String> parent) {}
