package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.proc.ProcessIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file that a copy has beside it while it is made: of what, and by which process. If that is no
 * more, what it had copied is of use for the next copy.
 */
final class CopyInProgress {
  static final String NAME = "begun";

  private static final Pattern MAKER = Pattern.compile("(?m)^maker=(\\d{1,9}) (\\d{1,18})$");

  private CopyInProgress() {}

  static void begin(Directory folder, StoredCopy stored) {
    ProcessIdentity maker = ProcessIdentity.self();
    String line = "maker=%d %d\n".formatted(maker.pid(), maker.startTicks());
    try (Fd file = folder.create(RawPath.of(NAME))) {
      file.writeAll(Marker.of(stored).bytes());
      file.writeAll(line.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** The copy with the moment at which its first pass began, if that is noted. */
  static StoredCopy begun(Directory folder, StoredCopy stored) {
    return read(folder)
        .flatMap(Marker::parse)
        .map(marker -> stored.begunAt(marker.begun()))
        .orElse(stored);
  }

  /** What a copy was made of that nobody is at work on any more. */
  static Optional<Marker> abandoned(Directory folder) {
    return read(folder).filter(bytes -> !hasLivingMaker(bytes)).flatMap(Marker::parse);
  }

  private static Optional<byte[]> read(Directory folder) {
    try (Fd file = folder.openBeneath(RawPath.of(NAME), Fd.O_RDONLY | Fd.O_NOFOLLOW)) {
      return Optional.of(file.readAll());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** One that can't be told may live. */
  private static boolean hasLivingMaker(byte[] bytes) {
    Matcher maker = MAKER.matcher(new String(bytes, StandardCharsets.US_ASCII));
    return !maker.find()
        || new ProcessIdentity(Integer.parseInt(maker.group(1)), Long.parseLong(maker.group(2)))
            .isAlive();
  }
}
