package dev.orchestrate.spi;

import dev.orchestrate.linux.RawPath;

/**
 * A writable, disposable tree with a snapshot's contents.
 *
 * @param root its top, absolute
 */
public record View(RawPath root) {}
