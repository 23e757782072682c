package dev.orchestrate.spi;

import dev.orchestrate.linux.RawPath;

/**
 * A part of the target in which inodes can be linked to one another, such as a btrfs subvolume;
 * most filesystems have just one.
 *
 * @param path of its top, relative to the target; empty for the target itself
 * @param device st_dev of the inodes in it
 */
public record Volume(RawPath path, long device) {}
