package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.Settings;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where copies are kept: a folder here, or one on another host.
 *
 * @param folder where this host has what belongs to its checkpoints: the copies themselves or, if
 *     they are on another host, only lists and views
 * @param host {@code host:path} as rsync(1) has it
 */
record Destination(RawPath folder, Optional<String> host) {
  static final RawPath DEFAULT_NAME = RawPath.of("copies");

  private static final Pattern ON_A_HOST = Pattern.compile("(?s)([^/]*?|\\[[^/]*\\]):(.*)");

  static Destination of(Settings settings) {
    RawPath ours = settings.stateFolder().resolve(DEFAULT_NAME);
    RawPath chosen = settings.snapshotFolder().orElse(ours);
    return chosen.isAbsolute()
        ? new Destination(chosen, Optional.empty())
        : new Destination(ours, Optional.of(requireUsable(chosen.text())));
  }

  /** Whether the folder is the program's own, so that it goes when it is empty. */
  boolean isDefault() {
    return folder.name().equals(DEFAULT_NAME);
  }

  @Override
  public String toString() {
    return RawPath.printable(host.orElse(folder.text()));
  }

  /** The place of something below the folder on the other host. */
  static String below(String host, String name) {
    return host.endsWith("/") || host.endsWith(":") ? host + name : host + "/" + name;
  }

  private static String requireUsable(String place) {
    Matcher parts = ON_A_HOST.matcher(place);
    if (!parts.matches() || place.startsWith("-") || place.startsWith(":")) {
      throw new NotSupportedException(
          RawPath.printable(place) + " is neither a folder nor host:path", "choose another");
    }
    if (parts.group(2).startsWith(":") || place.startsWith("rsync://")) {
      throw new NotSupportedException(
          RawPath.printable(place) + ": rsync daemons can't be used", "use ssh: host:path");
    }
    if (!Charset.forName(System.getProperty("sun.jnu.encoding", "US-ASCII"))
        .newEncoder()
        .canEncode(place)) {
      throw new NotSupportedException(
          RawPath.printable(place) + " can't be written in this locale", "choose a plainer name");
    }
    return place;
  }
}
