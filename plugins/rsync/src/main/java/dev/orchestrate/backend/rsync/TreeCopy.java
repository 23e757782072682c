package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.PermissionException;
import dev.orchestrate.spi.SystemFailureException;

/** A copy of a stored tree that shares blocks where the filesystem can, and no inode. */
final class TreeCopy {
  private TreeCopy() {}

  /**
   * @param folder of the checkpoint whose tree is copied
   * @param into gets the copy
   * @param name that the copy gets there
   */
  static void make(Directory folder, Directory into, String name) {
    String from = Words.of(folder, Store.TREE) + "/.";
    String to = Words.of(into, name);
    Result result = GnuTool.run("cp", "--archive", "--reflink=auto", "-T", "--", from, to);
    if (result.status() != 0) {
      String line =
          Words.explain(Words.explain(result.err(), folder), into).lines().findFirst().orElse("cp");
      if (result.err().contains("No space left")) {
        throw new NoSpaceException(line, "free some space and try again");
      }
      if (result.err().contains("Operation not permitted")) {
        throw new PermissionException(
            line, "run as root or with CAP_CHOWN, CAP_FOWNER and CAP_MKNOD");
      }
      throw new SystemFailureException(line, "that is what cp says; when it is mended, try again");
    }
  }
}
