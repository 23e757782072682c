package dev.orchestrate.cli;

import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.NotSupportedException;
import dev.orchestrate.spi.OrchestrateException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.SystemFailureException;
import dev.orchestrate.spi.TimeoutException;
import java.util.Arrays;
import java.util.List;

/** The exit statuses, by what a user can do about a failure. */
enum ExitStatus {
  OK(0, "done"),
  FAILED(1, "an input/output error, a hook that failed, or a fault of the program"),
  USAGE(2, "the command line or the configuration is wrong"),
  NOT_FOUND(3, "a path, process, checkpoint or plugin does not exist, or an id is ambiguous"),
  NOT_SUPPORTED(4, "no backend or plugin fits, or the filesystem or kernel can't do it"),
  PERMISSION(5, "a right is missing; the message names it"),
  NO_SPACE(6, "no space, quota, memory or descriptors left"),
  CONFLICT(7, "something is in the place, or in use"),
  DAMAGED(
      8,
      "a manifest, snapshot or stream can't be trusted, or is of a newer version; of verify: something"
          + " differs"),
  TIMEOUT(9, "the processes would have stood still too long, or something did not end in time"),
  DIFFERENT(10, "of diff --exit-code: something differs"),
  BACKUP_FAILED(
      BackupCommand.FAILED,
      "of backup: in place of 1 to 9, so that these are the command's own statuses"),
  // The Java machine ends with these by itself, when all is tidied up.
  INTERRUPTED(130, "interrupted by Ctrl-C; nothing was kept, but by send --resumable"),
  TERMINATED(143, "ended by SIGTERM; nothing was kept, but by send --resumable");

  private final int status;
  private final String meaning;

  ExitStatus(int status, String meaning) {
    this.status = status;
    this.meaning = meaning;
  }

  int status() {
    return status;
  }

  static ExitStatus of(OrchestrateException failure) {
    if (failure instanceof NotFoundException) {
      return NOT_FOUND;
    } else if (failure instanceof NotSupportedException) {
      return NOT_SUPPORTED;
    } else if (failure instanceof PermissionException) {
      return PERMISSION;
    } else if (failure instanceof NoSpaceException) {
      return NO_SPACE;
    } else if (failure instanceof ConflictException) {
      return CONFLICT;
    } else if (failure instanceof DamagedException) {
      return DAMAGED;
    } else if (failure instanceof TimeoutException) {
      return TIMEOUT;
    } else if (failure instanceof SystemFailureException) {
      return FAILED;
    }
    throw new IllegalStateException(failure);
  }

  /** A line for each, as picocli lists them in the help. */
  static List<String> help() {
    return Arrays.stream(values()).map(one -> one.status + ":" + one.meaning).toList();
  }
}
