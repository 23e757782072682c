package dev.orchestrate.engine.manifest;

import dev.orchestrate.engine.manifest.Manifest.TargetRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Descriptor;
import dev.orchestrate.engine.manifest.ProcessRecord.MappingRecord;
import dev.orchestrate.engine.manifest.ProcessRecord.Place;
import dev.orchestrate.engine.manifest.ProcessRecord.ThreadDescriptors;
import dev.orchestrate.engine.manifest.Relink.Strategy;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat.Kind;
import dev.orchestrate.linux.proc.FileLock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Manifests that are sound, with names of any bytes and numbers from the edges of their ranges. */
final class GeneratedManifests {
  private static final int MOST = 4;

  private final Random random;

  private GeneratedManifests(Random random) {
    this.random = random;
  }

  static Arbitrary<Manifest> all() {
    return Arbitraries.randomValue(random -> new GeneratedManifests(random).manifest());
  }

  static Manifest one(Random random) {
    return new GeneratedManifests(random).manifest();
  }

  private Manifest manifest() {
    List<Relink> relinks = IntStream.range(0, count()).mapToObj(this::relink).toList();
    List<Description> descriptions =
        IntStream.range(0, 1 + count()).mapToObj(id -> description(id, relinks)).toList();
    String id = id();
    return new Manifest(
        Manifest.VERSION,
        id,
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(new SnapshotSet(id(), List.of(id(), id))),
        Instant.ofEpochMilli(random.nextInt() & 0xFFFF_FFFFL),
        "btrfs",
        new TargetRecord(absolute(), absolute(), "btrfs", RawPath.of("/dev/sda1")),
        new TreeMap<>(Map.of("folder", absolute(), "volumes", RawPath.of("1"))),
        relative(),
        size(),
        List.of("[1] by cgroup"),
        relinks,
        descriptions,
        IntStream.range(0, count()).mapToObj(pid -> process(pid, descriptions, relinks)).toList(),
        List.of(),
        random.nextBoolean() ? Optional.empty() : Optional.of("--map-user 1=2"));
  }

  private String id() {
    return "%012x".formatted(random.nextLong() & 0xFFFF_FFFF_FFFFL);
  }

  private Relink relink(int number) {
    return new Relink(
        random.nextLong(),
        random.nextBoolean() ? relative() : RawPath.EMPTY,
        relative().resolve("relinked-" + number),
        pick(Strategy.values()),
        pick(Kind.values()),
        size(),
        random.nextInt(Integer.MAX_VALUE));
  }

  private Description description(int id, List<Relink> relinks) {
    return new Description(id, relative(), relinked(relinks), kind(), flags(), size(), locks());
  }

  private ProcessRecord process(int pid, List<Description> descriptions, List<Relink> relinks) {
    return new ProcessRecord(
        pid + 1,
        random.nextBoolean() ? Optional.of(random.nextInt()) : Optional.empty(),
        random.nextInt(Integer.MAX_VALUE),
        "name",
        List.of(name(), RawPath.EMPTY),
        List.of(RawPath.of("A=").append(name().text())),
        random.nextInt(),
        random.nextInt(),
        List.of(random.nextInt()),
        random.nextInt(0777),
        place(relinks),
        Optional.empty(),
        place(relinks),
        descriptors(descriptions),
        List.of(new ThreadDescriptors(pid + 2, descriptors(descriptions))),
        List.of(mapping(relinks)));
  }

  private List<Descriptor> descriptors(List<Description> descriptions) {
    return random
        .ints(0, 1 << 20)
        .distinct()
        .limit(count())
        .mapToObj(
            number ->
                new Descriptor(
                    number,
                    descriptions.get(random.nextInt(descriptions.size())).id(),
                    random.nextBoolean()))
        .toList();
  }

  private Optional<Place> place(List<Relink> relinks) {
    return Optional.of(
        random.nextBoolean()
            ? new Place(true, relative(), relinked(relinks))
            : new Place(false, absolute(), Optional.empty()));
  }

  private MappingRecord mapping(List<Relink> relinks) {
    String start = Long.toHexString(random.nextLong());
    return new MappingRecord(start, "ffff", size(), "rw-s", relative(), relinked(relinks));
  }

  private Optional<RawPath> relinked(List<Relink> relinks) {
    return relinks.isEmpty() || random.nextBoolean()
        ? Optional.empty()
        : Optional.of(relinks.get(random.nextInt(relinks.size())).relinked());
  }

  private Set<OpenFlag> flags() {
    Set<OpenFlag> flags = EnumSet.noneOf(OpenFlag.class);
    IntStream.range(0, count()).forEach(i -> flags.add(pick(OpenFlag.values())));
    flags.remove(OpenFlag.O_WRONLY);
    return flags;
  }

  private List<FileLock> locks() {
    return List.of(new FileLock(pick(FileLock.Kind.values()), random.nextBoolean(), size(), 0));
  }

  private Kind kind() {
    return pick(Kind.values());
  }

  private RawPath absolute() {
    return RawPath.ROOT.resolve(relative());
  }

  private RawPath relative() {
    RawPath path = name();
    for (int i = count(); i > 0; i--) {
      path = path.resolve(name());
    }
    return path;
  }

  private RawPath name() {
    byte[] bytes = new byte[1 + random.nextInt(8)];
    for (int i = 0; i < bytes.length; i++) {
      do {
        bytes[i] = (byte) random.nextInt();
      } while (bytes[i] == 0 || bytes[i] == '/' || bytes[i] == '.');
    }
    return RawPath.of(bytes);
  }

  private long size() {
    return random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(9);
  }

  private int count() {
    return random.nextInt(MOST);
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
