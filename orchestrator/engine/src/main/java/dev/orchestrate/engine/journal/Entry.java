package dev.orchestrate.engine.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.ProcessIdentity;
import dev.orchestrate.spi.SnapshotReference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A trace that a command is about to leave: what undoing it takes. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Entry.Begun.class, name = "begun"),
  @JsonSubTypes.Type(value = Entry.Group.class, name = "group"),
  @JsonSubTypes.Type(value = Entry.Freeze.class, name = "freeze"),
  @JsonSubTypes.Type(value = Entry.Stop.class, name = "stop"),
  @JsonSubTypes.Type(value = Entry.Temporary.class, name = "temporary"),
  @JsonSubTypes.Type(value = Entry.Deleting.class, name = "deleting"),
  @JsonSubTypes.Type(value = Entry.RollingBack.class, name = "rollingBack"),
  @JsonSubTypes.Type(value = Entry.PrivateFolder.class, name = "privateFolder")
})
public sealed interface Entry {

  /**
   * A checkpoint: its relinks in the live tree, and its snapshot.
   *
   * @param target the top of the tree
   * @param filesystem its type, such as btrfs
   * @param mountPoint whether the target is where that is mounted
   * @param relinkFolder where relinks are meanwhile, relative to each volume's top
   * @param volumes that may have relinks, relative to the target; none if the checkpoint comes from
   *     elsewhere
   * @param snapshot where it is going to be, for the backend
   */
  record Begun(
      String id,
      Instant created,
      RawPath target,
      String filesystem,
      boolean mountPoint,
      String backend,
      RawPath relinkFolder,
      List<RawPath> volumes,
      Map<String, RawPath> snapshot)
      implements Entry {

    public SnapshotReference snapshotReference() {
      return Manifest.reference(backend, id, snapshot);
    }
  }

  /**
   * A control group made for the freeze.
   *
   * @param folder of the group
   * @param origin folder of the group whose processes are moved there
   */
  record Group(RawPath folder, RawPath origin) implements Entry {}

  /**
   * A control group that is frozen.
   *
   * @param controlFile to thaw it by
   * @param thawed the word to write into that
   */
  record Freeze(RawPath controlFile, String thawed) implements Entry {}

  /** A process stopped by SIGSTOP. */
  record Stop(ProcessIdentity process) implements Entry {}

  /** A checkpoint that is to go with the command that makes it, complete or not. */
  record Temporary() implements Entry {}

  /** The removal of a checkpoint that was complete. */
  record Deleting() implements Entry {}

  /**
   * The live tree is being made as the checkpoint has it, and may be neither that nor what it was;
   * what becomes of it is for people to decide.
   *
   * @param target the top of the tree
   * @param before the checkpoint of what it was
   */
  record RollingBack(RawPath target, String before) implements Entry {}

  /**
   * A private folder in the live tree.
   *
   * @param volume whose top it is in, relative to the target
   * @param inode its number; empty before it is made
   */
  record PrivateFolder(RawPath volume, Optional<Long> inode) implements Entry {}
}
