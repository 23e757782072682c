package dev.orchestrate.backend.nfs;

import dev.orchestrate.testkit.Claim;
import dev.orchestrate.testkit.MountedFilesystem;
import dev.orchestrate.testkit.NfsExport;
import dev.orchestrate.testkit.TestFilesystem;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** An export of this host, mounted by this host, with what NFS does not promise left out. */
final class NfsTestFilesystem implements TestFilesystem {
  static final NfsTestFilesystem NFS = new NfsTestFilesystem();

  private NfsTestFilesystem() {}

  @Override
  public String backend() {
    return "nfs";
  }

  @Override
  public MountedFilesystem make(long bytes) {
    return MountedFilesystem.mount(() -> NfsExport.make(bytes), "");
  }

  @Override
  public Set<Claim> claims() {
    // blocks are shared too, but a gigabyte does not fit into the guest
    return EnumSet.of(Claim.EXTENDED_ATTRIBUTES);
  }

  @Override
  public List<String> inventory(MountedFilesystem filesystem) {
    return KeptInTree.list(filesystem);
  }

  @Override
  public boolean isStore(String path) {
    return KeptInTree.isStore(path) || path.matches("(.*/)?\\.nfs[0-9a-f]{24}");
  }
}
