package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An ext4 on a loop device that this host's own NFS server exports. There is one at a time. Only
 * for the guest, whose programs it may start and whose files in /run and /var/lib it may cover.
 */
public final class NfsExport implements Storage {
  private static final String OPTIONS = "rw,no_root_squash,fsid=0,insecure,no_subtree_check";
  private static boolean serving;

  private final LoopDevice device;
  private final Path folder;
  private final String mounted;

  private NfsExport(LoopDevice device, Path folder, String mounted) {
    this.device = device;
    this.folder = folder;
    this.mounted = mounted;
  }

  public static NfsExport make(long bytes) {
    return make(bytes, "");
  }

  /** One of which a client mounts this folder only. */
  public static NfsExport make(long bytes, String mounted) {
    serve();
    LoopDevice device = LoopDevice.make(bytes, "mkfs.ext4", "-q");
    Path folder = makeFolder();
    Program.run("mount", "-o", "noinit_itable", device.source(), folder); // see MountedFilesystem
    Program.run("exportfs", "-o", OPTIONS, "*:" + folder);
    Program.run("mkdir", "-p", folder.resolve(mounted));
    return new NfsExport(device, folder, mounted);
  }

  /** Starts the server, once in the life of the guest, and makes it skip its grace period. */
  private static void serve() {
    if (serving) {
      return;
    }
    serving = true;
    Program.run("mount", "-t", "nfsd", "nfsd", "/proc/fs/nfsd");
    Program.run("mkdir", "-p", "/run/rpc_pipefs");
    Program.run("mount", "-t", "tmpfs", "nfs-state", "/var/lib/nfs");
    for (String name : new String[] {"v4recovery", "rpc_pipefs", "sm", "sm.bak"}) {
      Program.run("mkdir", "/var/lib/nfs/" + name);
    }
    Program.run("touch", "/var/lib/nfs/etab", "/var/lib/nfs/rmtab", "/var/lib/nfs/state");
    Program.run("rpcbind", "-w");
    Program.run("rpc.mountd");
    Program.run("rpc.nfsd", "4");
    try {
      Files.writeString(Path.of("/proc/fs/nfsd/v4_end_grace"), "Y");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path makeFolder() {
    try {
      return Files.createTempDirectory("orchestrate-export");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String source() {
    return "127.0.0.1:/" + mounted;
  }

  @Override
  public String type() {
    return "nfs4";
  }

  /** Another folder of the same export, which lasts no longer than this. */
  public Storage folder(String name) {
    Program.run("mkdir", onServer(name));
    return new Part("127.0.0.1:/" + name, this);
  }

  /** What the server has, without a client between. */
  public Path onServer(String name) {
    return folder.resolve(name);
  }

  @Override
  public long bytesWritten() {
    Program.run("sync", "--file-system", folder);
    return device.bytesWritten();
  }

  /** The server may hold files for a moment longer; the guest is thrown away anyhow. */
  @Override
  public void close() {
    Program.attempt("exportfs", "-u", "*:" + folder);
    Program.attempt("exportfs", "-f");
    Program.attempt("umount", "--lazy", folder);
    device.close();
  }

  private record Part(String source, NfsExport export) implements Storage {
    @Override
    public String type() {
      return export.type();
    }

    @Override
    public long bytesWritten() {
      return export.bytesWritten();
    }

    @Override
    public void close() {
      // it goes with the export
    }
  }
}
