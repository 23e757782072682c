package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Seal} has to know again should it be interrupted, since the snapshot itself does not
 * tell any more: files in the state folder, written once, durable before the first change.
 */
final class Notes {
  private static final List<String> KINDS = List.of("orphans", "flags");

  private final StoredSnapshot stored;

  Notes(StoredSnapshot stored) {
    this.stored = stored;
  }

  /**
   * @param kind {@code orphans} or {@code flags}
   * @return lines of numbers, if they were written
   */
  Optional<List<List<Long>>> read(String kind) {
    try (Directory folder = StateFolder.openOrMake(stored)) {
      if (folder.find(name(kind)).isEmpty()) {
        return Optional.empty();
      }
      try (Fd file = folder.openBeneath(name(kind), Fd.O_RDONLY)) {
        List<List<Long>> lines = new ArrayList<>();
        for (String line : RawPath.decode(file.readAll()).lines().toList()) {
          lines.add(List.of(line.split(" ", -1)).stream().map(Long::parseLong).toList());
        }
        return Optional.of(lines);
      }
    }
  }

  void write(String kind, List<List<Long>> lines) {
    StringBuilder text = new StringBuilder();
    for (List<Long> line : lines) {
      text.append(String.join(" ", line.stream().map(number -> "" + number).toList())).append('\n');
    }
    RawPath unfinished = name(kind).append(".new");
    try (Directory folder = StateFolder.openOrMake(stored)) {
      folder.removeTree(unfinished);
      try (Fd file = folder.create(unfinished)) {
        file.writeAll(text.toString().getBytes(StandardCharsets.US_ASCII));
        file.sync();
      }
      folder.rename(unfinished, folder, name(kind));
      folder.fd().sync();
    }
  }

  void removeAll() {
    StateFolder.openIfThere(stored)
        .ifPresent(
            opened -> {
              try (Directory folder = opened) {
                for (String kind : KINDS) {
                  folder.removeTree(name(kind));
                  folder.removeTree(name(kind).append(".new"));
                }
                folder.removeTree(RawPath.of(stored.id() + ".sealing"));
              }
            });
  }

  private RawPath name(String kind) {
    return RawPath.of(stored.id() + "." + kind);
  }
}
