package dev.orchestrate.engine.manifest;

import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.proc.FileLock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An open file description: what descriptors share after dup(2) and fork(2).
 *
 * @param id by which descriptors name it, unique in a manifest
 * @param path it was opened by, relative to the target
 * @param relinked what to open instead where {@code path} does not lead to the inode
 * @param flags without O_CLOEXEC, which belongs to the descriptor; in the order of {@link
 *     OpenFlag}, so that the same manifest is always the same bytes
 * @param offset in bytes
 */
public record Description(
    int id,
    RawPath path,
    Optional<RawPath> relinked,
    Stat.Kind kind,
    Set<OpenFlag> flags,
    long offset,
    List<FileLock> locks) {

  public Description {
    flags = OpenFlag.of(OpenFlag.bits(flags));
  }
}
