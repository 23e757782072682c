package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.Settings;
import java.util.Optional;

/**
 * How a checkpoint is to be received.
 *
 * @param path where its tree is to be restarted, as typed
 * @param backend its name; empty for the best that fits
 * @param devices whether the tree may have device files
 * @param owners who its owners are here
 */
public record ReceiveRequest(
    RawPath path, Optional<String> backend, Settings settings, boolean devices, OwnerMap owners) {}
