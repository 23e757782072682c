package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.SystemFailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and changes inodes of an ext4 that is not mounted, by debugfs(8). */
final class Debugfs {
  private static final Pattern ASKED = Pattern.compile("debugfs: inode_dump <(\\d+)>");

  /** Octal offset, then up to eight groups of two bytes; runs of equal lines are left out. */
  private static final Pattern DUMPED = Pattern.compile("([0-7]{4})  ((?:[0-9a-f]{4} ){1,8}).*");

  private static final int LARGEST_INODE = 4096;

  private final RawPath device;

  Debugfs(RawPath device) {
    this.device = device;
  }

  /** Whether the journal has to be played back first, as after a power cut. */
  boolean needsRecovery() {
    return run(List.of("features"), false).contains(" needs_recovery");
  }

  /** The inodes as they are on disk, without those that debugfs can't find. */
  Map<Long, Ext4Inode> inodes(List<Long> numbers) {
    Map<Long, Ext4Inode> inodes = new TreeMap<>();
    List<String> commands = numbers.stream().map(number -> "inode_dump <" + number + ">").toList();
    byte[] raw = new byte[0];
    for (String line : run(commands, false).lines().toList()) {
      Matcher asked = ASKED.matcher(line.strip());
      Matcher dumped = DUMPED.matcher(line);
      if (asked.matches()) {
        raw = new byte[LARGEST_INODE];
        inodes.put(Long.parseLong(asked.group(1)), new Ext4Inode(raw));
      } else if (dumped.matches()) {
        byte[] bytes = HexFormat.of().parseHex(dumped.group(2).replace(" ", ""));
        System.arraycopy(bytes, 0, raw, Integer.parseInt(dumped.group(1), 8), bytes.length);
      }
    }
    inodes.values().removeIf(inode -> !inode.isThere());
    return inodes;
  }

  /**
   * Sets fields of inodes.
   *
   * @param settings words such as {@code "<12> links_count 1"}
   */
  void set(List<String> settings) {
    run(settings.stream().map(setting -> "set_inode_field " + setting).toList(), true);
  }

  private String run(List<String> commands, boolean write) {
    try {
      Path file = Files.createTempFile("orchestrate-debugfs", ".txt");
      try {
        Files.write(file, commands);
        List<String> words = new ArrayList<>(write ? List.of("-w") : List.of());
        words.addAll(List.of("-f", file.toString(), device.text()));
        return checked(Programs.run("debugfs", "e2fsprogs", words));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new NoSpaceException(
          "a list of inodes can't be written: " + e.getMessage(), "free some space in /tmp", e);
    }
  }

  /** Its exit status is 0 whatever happens. What it can't open, it says on standard error. */
  private String checked(Result result) {
    if (result.err().contains("trying to open") || result.err().contains("not open")) {
      throw new DamagedException(
          "debugfs: " + result.err().lines().skip(1).findFirst().orElse("").strip(),
          "take the checkpoint again");
    }
    if (result.status() != 0) {
      throw new SystemFailureException(
          "debugfs failed on " + device + ": " + result.err().strip(), "e2fsck -fn " + device);
    }
    return result.out();
  }
}
