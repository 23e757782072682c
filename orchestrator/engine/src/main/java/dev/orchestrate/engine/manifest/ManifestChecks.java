package dev.orchestrate.engine.manifest;

import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.FileLock;
import dev.orchestrate.spi.DamagedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses a manifest that could lead a restart out of its view or into absurd work: it may have
 * been edited, damaged, or written by somebody else.
 */
final class ManifestChecks {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
  private static final int MOST_DESCRIPTORS = 1 << 20; // fs.nr_open's default

  private static final int MOST_MEMBERS = 1000;

  private static final int LONGEST_SHOWN = 300;

  private final String name;

  private ManifestChecks(String name) {
    this.name = name;
  }

  static void check(Manifest manifest, String name) {
    new ManifestChecks(name).check(manifest);
  }

  private void check(Manifest manifest) {
    require(manifest.version() == Manifest.VERSION, "version", "is not " + Manifest.VERSION);
    requireId(manifest.id(), "id");
    manifest.set().ifPresent(set -> check(set, manifest.id()));
    require(manifest.target().path().isAbsolute(), "target.path", "is not absolute");
    requireBelow(manifest.manifestPath(), "manifestPath");
    Set<RawPath> relinked = new HashSet<>();
    for (Relink relink : manifest.relinks()) {
      requireBelow(relink.original(), "relinks.original");
      requireName(relink.relinked(), "relinks.relinked");
      require(relinked.add(relink.relinked()), "relinks.relinked", "is there twice");
      require(relink.size() >= 0, "relinks.size", "is negative");
    }
    Map<Integer, Description> descriptions = new HashMap<>();
    for (Description description : manifest.descriptions()) {
      check(description, relinked);
      require(
          descriptions.put(description.id(), description) == null,
          "descriptions.id",
          description.id() + " is there twice");
    }
    for (ProcessRecord process : manifest.processes()) {
      check(process, relinked, descriptions.keySet());
    }
  }

  private void check(SnapshotSet set, String id) {
    requireId(set.id(), "set.id");
    require(set.members().size() <= MOST_MEMBERS, "set.members", "has too many");
    set.members().forEach(member -> requireId(member, "set.members"));
    require(
        Set.copyOf(set.members()).size() == set.members().size(), "set.members", "has one twice");
    require(set.members().contains(id), "set.members", "is without this one");
    require(!set.members().contains(set.id()), "set.id", "is that of a member");
  }

  private void requireId(String id, String field) {
    require(ID.matcher(id).matches(), field, "is not 12 hexadecimal digits");
  }

  private void check(Description description, Set<RawPath> relinked) {
    requireBelow(description.path(), "descriptions.path");
    requireKnown(description.relinked(), relinked, "descriptions.relinked");
    require(description.offset() >= 0, "descriptions.offset", "is negative");
    require(
        !description.flags().containsAll(Set.of(OpenFlag.O_WRONLY, OpenFlag.O_RDWR)),
        "descriptions.flags",
        "has two access modes");
    for (FileLock lock : description.locks()) {
      require(
          lock.start() >= 0 && lock.length() >= 0, "descriptions.locks", "has a negative range");
    }
  }

  private void check(ProcessRecord process, Set<RawPath> relinked, Set<Integer> descriptions) {
    checkDescriptors(process.descriptors(), descriptions);
    process.threads().forEach(thread -> checkDescriptors(thread.descriptors(), descriptions));
    checkPlace(process.cwd(), relinked, "cwd");
    checkPlace(process.root(), relinked, "root");
    checkPlace(process.executable(), relinked, "executable");
    for (ProcessRecord.MappingRecord mapping : process.mappings()) {
      requireBelow(mapping.path(), "mappings.path");
      requireKnown(mapping.relinked(), relinked, "mappings.relinked");
      require(isAddress(mapping.start()) && isAddress(mapping.end()), "mappings", "has no range");
    }
  }

  private static boolean isAddress(String hexadecimal) {
    return hexadecimal.matches("[0-9a-f]{1,16}");
  }

  private void checkDescriptors(
      List<ProcessRecord.Descriptor> descriptors, Set<Integer> descriptions) {
    Set<Integer> numbers = new HashSet<>();
    for (ProcessRecord.Descriptor descriptor : descriptors) {
      int number = descriptor.number();
      require(
          number >= 0 && number < MOST_DESCRIPTORS,
          "descriptors.number",
          number + " is not a descriptor");
      require(numbers.add(number), "descriptors.number", number + " is there twice");
      require(
          descriptions.contains(descriptor.description()),
          "descriptors.description",
          descriptor.description() + " is not among the descriptions; drop descriptor " + number);
    }
  }

  private void checkPlace(
      Optional<ProcessRecord.Place> place, Set<RawPath> relinked, String field) {
    if (place.isPresent() && place.get().onTarget()) {
      requireBelow(place.get().path(), field + ".path");
      requireKnown(place.get().relinked(), relinked, field + ".relinked");
    }
  }

  private void requireKnown(Optional<RawPath> path, Set<RawPath> relinked, String field) {
    path.ifPresent(
        known ->
            require(
                relinked.contains(known), field, "\"" + shown(known) + "\" is not among relinks"));
  }

  private void requireName(RawPath path, String field) {
    require(!path.isEmpty(), field, "is empty");
    requireBelow(path, field);
  }

  private void requireBelow(RawPath path, String field) {
    require(
        path.isPlainRelative(),
        field,
        "\"" + shown(path) + "\" is not a path below the target's top");
  }

  private static String shown(RawPath path) {
    return shortened(path.toString());
  }

  /** Not longer than a person reads. */
  static String shortened(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
  }

  private void require(boolean holds, String field, String otherwise) {
    if (!holds) {
      throw new DamagedException(
          name + ": " + field + " " + otherwise,
          "correct it, or restore it from the copy inside the snapshot");
    }
  }
}
