package dev.orchestrate.engine.manifest;

import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A process that held something on the target.
 *
 * @param pid as the checkpointing host saw it
 * @param parent whose child it was, as pid; not known of a process with a parent outside the pid
 *     namespace
 * @param pidInNamespace as the process itself saw it
 * @param command its command line
 * @param environment {@code NAME=value} each
 * @param user effective user id
 * @param umask as umask(2)
 * @param descriptors those on the target
 * @param threads those with a descriptor table of their own
 */
public record ProcessRecord(
    int pid,
    Optional<Integer> parent,
    int pidInNamespace,
    String name,
    List<RawPath> command,
    List<RawPath> environment,
    int user,
    int group,
    List<Integer> groups,
    int umask,
    Optional<Place> cwd,
    Optional<Place> root,
    Optional<Place> executable,
    List<Descriptor> descriptors,
    List<ThreadDescriptors> threads,
    List<MappingRecord> mappings) {

  /** The same process where its places and mapped files are elsewhere. */
  public ProcessRecord with(UnaryOperator<Place> places, UnaryOperator<MappingRecord> mapped) {
    return with(OwnerMap.NONE, places, mapped);
  }

  /** The same process where users and groups have other numbers. */
  public ProcessRecord with(OwnerMap owners) {
    return with(owners, UnaryOperator.identity(), UnaryOperator.identity());
  }

  private ProcessRecord with(
      OwnerMap owners, UnaryOperator<Place> places, UnaryOperator<MappingRecord> mapped) {
    return new ProcessRecord(
        pid,
        parent,
        pidInNamespace,
        name,
        command,
        environment,
        owners.user(user),
        owners.group(group),
        groups.stream().map(owners::group).toList(),
        umask,
        cwd.map(places),
        root.map(places),
        executable.map(places),
        descriptors,
        threads,
        mappings.stream().map(mapped).toList());
  }

  /**
   * A directory or file that a process uses without a descriptor.
   *
   * @param onTarget whether {@code path} is relative to the target; else it is absolute
   */
  public record Place(boolean onTarget, RawPath path, Optional<RawPath> relinked) {}

  /**
   * A descriptor.
   *
   * @param number what the program knows it by
   * @param description id of what it refers to
   */
  public record Descriptor(int number, int description, boolean closeOnExec) {}

  /**
   * The descriptors of a thread that does not share them with the others.
   *
   * @param thread its thread id
   */
  public record ThreadDescriptors(int thread, List<Descriptor> descriptors) {}

  /**
   * A mapped file.
   *
   * @param start first address, hexadecimal
   * @param end address behind the last, hexadecimal
   * @param offset into the file, in bytes
   * @param protection such as rw-s
   */
  public record MappingRecord(
      String start,
      String end,
      long offset,
      String protection,
      RawPath path,
      Optional<RawPath> relinked) {}
}
