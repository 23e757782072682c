package dev.orchestrate.linux;

/**
 * Which inode it is, for as long as it exists: filesystems give the number of one that is gone to
 * another.
 *
 * @param device as st_dev
 */
public record InodeKey(long device, long inode) {}
