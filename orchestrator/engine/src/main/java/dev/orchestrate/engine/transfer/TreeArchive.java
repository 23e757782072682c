package dev.orchestrate.engine.transfer;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.ExtendedAttributes;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.process.ExternalProgram;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.linux.process.OwnThread;
import dev.orchestrate.linux.process.StreamingProgram;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.SystemFailureException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A tree on its way, by GNU tar: pax headers, so names of any bytes, times in nanoseconds, extended
 * attributes and ACLs; hard links; holes; owners by number.
 */
final class TreeArchive {
  private static final String DESCRIPTORS = "/proc/" + ProcessHandle.current().pid() + "/fd/";

  /** An attribute that a filesystem has no place for: of another kind of filesystem, say. */
  private static final Pattern ATTRIBUTE =
      Pattern.compile("tar: .*: Cannot set .* for file .*: Operation not supported");

  /**
   * Where there are no ACLs, tar complains of folders that never had any, too: it means to take
   * away what they may have inherited. Those that had some are told by {@link #ATTRIBUTE}.
   */
  private static final Pattern NO_ACLS =
      Pattern.compile("tar: acl_.*: Cannot .* POSIX ACLs for file .*: Operation not supported");

  private static final Pattern SOCKET = Pattern.compile("tar: .*: socket ignored");

  /** A write that comes to the end of the disk succeeds in part; write(2). */
  private static final Pattern NO_SPACE =
      Pattern.compile("No space left on device|Disk quota exceeded|: Wrote only \\d+ of");

  private final Directory top;
  private final Compression compression;
  private final List<String> notices = new ArrayList<>();

  TreeArchive(Directory top, Compression compression) {
    this.top = top;
    this.compression = compression;
  }

  /** What an archive is written to. */
  interface Taker {
    /** Takes all of it; closes nothing. */
    void take(InputStream archive) throws IOException;
  }

  /**
   * Has it written, by a program that can write nowhere itself.
   *
   * @throws IOException if the taker fails
   */
  void write(Taker taker) throws IOException {
    try {
      OwnThread.call(
          () -> {
            forbidWriting();
            try (StreamingProgram program = write()) {
              program.input().close();
              taker.take(program.output());
              requireWritten(program.await());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            return null;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Whoever may not have mounts of their own can't change what is stored either. */
  private static void forbidWriting() {
    try {
      MountNamespace.enterPrivate();
      MountNamespace.forbidWriting();
    } catch (SystemCallException e) {
      if (!e.is(Errno.EPERM, Errno.ENOSYS, Errno.EINVAL)) {
        throw e;
      }
    }
  }

  /** The caller reads the program's output. */
  StreamingProgram write() {
    List<String> words = words("--create", "--format=posix", "--sparse");
    // neither can be restored, and both change with each view
    words.add("--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime");
    words.add(".");
    return StreamingProgram.start(words);
  }

  /**
   * Has it unpacked into the folder, which is empty; the caller writes to the program's input. tar
   * makes links that lead elsewhere when all else is done, so that nothing is written through one.
   */
  StreamingProgram read() {
    List<String> words = words("--extract", "--same-permissions", "--delay-directory-restore");
    words.addAll(List.of("--warning=no-timestamp", "--warning=no-unknown-keyword"));
    if (SystemCalls.userId() == 0) {
      words.add("--same-owner");
    }
    return StreamingProgram.start(words);
  }

  private List<String> words(String... options) {
    if (ExternalProgram.find("tar").isEmpty()) {
      throw new NotFoundException("tar is not installed", "install GNU tar");
    }
    List<String> words = new ArrayList<>(List.of("tar"));
    words.addAll(List.of(options));
    words.addAll(List.of("--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner"));
    words.add("--xattrs-exclude=" + ExtendedAttributes.OF_THE_SERVER);
    words.addAll(List.of("--quoting-style=escape", "--file=-"));
    if (compression == Compression.ZSTD) {
      words.add("--zstd");
    }
    words.add("--directory=" + DESCRIPTORS + top.fd().number());
    return words;
  }

  /** What people should know of a program that has done all it should. */
  List<String> notices() {
    return notices;
  }

  /**
   * @throws OrchestrateException if there is a line of its messages that is no notice
   */
  void requireWritten(Result result) {
    require(
        result,
        SOCKET,
        line ->
            new SystemFailureException(
                line, "that is what tar says; when it is mended, try again"));
  }

  /** The same for what was unpacked. */
  void requireRead(Result result) {
    require(
        result,
        ATTRIBUTE,
        line ->
            new DamagedException(
                "the tree of the stream can't be unpacked: " + line, "nothing was kept"));
  }

  /** What a failure is that no message explains. */
  private interface Unexplained {
    OrchestrateException of(String line);
  }

  private void require(Result result, Pattern harmless, Unexplained unexplained) {
    List<String> complaints = new ArrayList<>();
    boolean withoutAcls = false;
    for (String line : result.err().lines().toList()) {
      String shown = RawPath.printable(line.replaceFirst("^tar: ", ""));
      if (NO_ACLS.matcher(line).matches()) {
        withoutAcls = true;
      } else if (harmless.matcher(line).matches()) {
        notices.add("left out: " + shown);
      } else {
        complaints.add("tar: " + shown);
      }
    }
    if (withoutAcls) {
      notices.add("left out: POSIX ACLs, if there are any: the filesystem has no place for them");
    }
    if (result.status() != 0 || !complaints.isEmpty()) {
      String line = complaints.isEmpty() ? "status " + result.status() : complaints.get(0);
      throw failure(line, String.join("\n", complaints), unexplained);
    }
  }

  private static OrchestrateException failure(String line, String all, Unexplained unexplained) {
    if (NO_SPACE.matcher(all).find()) {
      return new NoSpaceException(line, "free some space there, or choose another --snapshot-dir");
    }
    if (all.contains("File name too long")) {
      return new NotSupportedException(line, "tar knows no path of more than 4095 bytes");
    }
    if (all.contains("Permission denied") || all.contains("Operation not permitted")) {
      return new PermissionException(line, "run as root, or as the owner of the files");
    }
    if (all.contains("unrecognized option")) {
      return new NotSupportedException(line, "install GNU tar 1.31 or newer");
    }
    return unexplained.of(line);
  }
}
