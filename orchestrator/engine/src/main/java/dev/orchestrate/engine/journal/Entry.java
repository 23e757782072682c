package dev.orchestrate.engine.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.manifest.SnapshotSet;
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
  @JsonSubTypes.Type(value = Entry.Holding.class, name = "holding"),
  @JsonSubTypes.Type(value = Entry.HookCalled.class, name = "hook"),
  @JsonSubTypes.Type(value = Entry.HooksEnded.class, name = "hooks-ended"),
  @JsonSubTypes.Type(value = Entry.SetComplete.class, name = "set-complete"),
  @JsonSubTypes.Type(value = Entry.Temporary.class, name = "temporary"),
  @JsonSubTypes.Type(value = Entry.Deleting.class, name = "deleting"),
  @JsonSubTypes.Type(value = Entry.RollingBack.class, name = "rolling-back"),
  @JsonSubTypes.Type(value = Entry.PrivateFolder.class, name = "private-folder")
})
public sealed interface Entry {

  /**
   * A checkpoint: its relinks in the live tree, and its snapshot.
   *
   * @param set that it is a member of, all of which will be complete, or none
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
      Optional<SnapshotSet> set,
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

    /** The set whose other members have to be complete as well; empty once they are known to be. */
    public static Optional<SnapshotSet> unfinishedSet(List<Entry> entries) {
      return entries.contains(new SetComplete())
          ? Optional.empty()
          : entries.stream()
              .filter(Begun.class::isInstance)
              .flatMap(entry -> ((Begun) entry).set().stream())
              .findFirst();
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

  /**
   * Whoever is frozen stays so after the checkpoint is complete, until the command lets them go.
   */
  record Holding() implements Entry {}

  /**
   * A hook that is called before the freeze, and so has to be called after the thaw.
   *
   * @param afterThaw the program to call then, and its arguments
   * @param limitSeconds after which it is ended
   */
  record HookCalled(List<String> afterThaw, long limitSeconds) implements Entry {}

  /** All hooks were called after the thaw. */
  record HooksEnded() implements Entry {}

  /** All checkpoints of the set are complete: from now on, each is one for itself. */
  record SetComplete() implements Entry {}

  /** A checkpoint that is to go with the command that makes it, complete or not. */
  record Temporary() implements Entry {}

  /**
   * The removal of a checkpoint that was complete.
   *
   * @param set what of it is removed with this one, which goes last
   */
  record Deleting(Optional<SnapshotSet> set) implements Entry {

    /** What was noted of a removal, if it was begun. */
    public static Optional<Deleting> in(List<Entry> entries) {
      return entries.stream()
          .filter(Deleting.class::isInstance)
          .map(Deleting.class::cast)
          .findFirst();
    }
  }

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
