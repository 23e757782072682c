package dev.orchestrate.engine.openfiles;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.MountInfo;
import java.util.regex.Pattern;

/**
 * The name that an NFS client gives to a file which is unlinked while a process has it open: {@code
 * .nfs}, the inode number and a counter, in the folder that the file was in. It goes with the last
 * close, so it leads nowhere for good, although the kernel shows no "(deleted)" and the server
 * counts it as a link. Source: fs/nfs/unlink.c, "silly rename".
 */
final class SillyName {
  private static final Pattern FORM = Pattern.compile("\\.nfs[0-9a-f]{24}");

  private SillyName() {}

  static boolean is(RawPath path, MountInfo mount) {
    return mount.type().startsWith("nfs") && FORM.matcher(path.name().text()).matches();
  }
}
