package dev.orchestrate.backend.nfs;

import java.util.Optional;

/** The kinds of filesystem that other hosts may use at the same time. */
enum SharedFilesystem {
  NFS,
  CEPHFS,
  GLUSTERFS,
  LUSTRE,
  SMB,
  PLAN9,
  OCFS2,
  GFS2;

  /**
   * @param type as in /proc/self/mountinfo
   */
  static Optional<SharedFilesystem> of(String type) {
    return switch (type) {
      case "nfs", "nfs4" -> Optional.of(NFS);
      case "ceph", "fuse.ceph", "fuse.ceph-fuse" -> Optional.of(CEPHFS);
      case "fuse.glusterfs" -> Optional.of(GLUSTERFS);
      case "lustre" -> Optional.of(LUSTRE);
      case "cifs", "smb3" -> Optional.of(SMB);
      case "9p" -> Optional.of(PLAN9);
      case "ocfs2" -> Optional.of(OCFS2);
      case "gfs2" -> Optional.of(GFS2);
      default -> Optional.empty();
    };
  }

  static boolean hasCephSnapshots(String type) {
    return of(type).equals(Optional.of(CEPHFS));
  }
}
