package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.proc.Mapping;

/** A mapping of an inode on the target. */
public record HeldMapping(Mapping mapping, Held held) {}
