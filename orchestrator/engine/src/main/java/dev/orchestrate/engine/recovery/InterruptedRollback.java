package dev.orchestrate.engine.recovery;

import dev.orchestrate.engine.backend.Backends;
import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.engine.live.LiveTree;
import dev.orchestrate.engine.live.OwnFolders;
import dev.orchestrate.engine.live.PrivateFolder;
import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import java.util.Optional;

/**
 * A rollback whose command was killed. Its private folders go; the tree stays as it is, a mixture
 * perhaps: whether to go on or back is for people to decide, and either is another rollback.
 */
final class InterruptedRollback {
  private final Journal journal;
  private final Entry.RollingBack note;

  private InterruptedRollback(Journal journal, Entry.RollingBack note) {
    this.journal = journal;
    this.note = note;
  }

  /** What a journal notes of one. */
  static Optional<InterruptedRollback> in(Journal journal) {
    return journal.entries().stream()
        .filter(Entry.RollingBack.class::isInstance)
        .map(entry -> new InterruptedRollback(journal, (Entry.RollingBack) entry))
        .findFirst();
  }

  /**
   * Removes what it left beside the files, and finishes the journal.
   *
   * @return a clause for people
   * @throws ConflictException if the filesystem is not where it was
   * @throws dev.orchestrate.spi.PermissionException if others can have the path lead elsewhere
   */
  String cleanUp(Manifest checkpoint, Catalog catalog, Backends backends) {
    try (Directory top = LiveTree.openToChange(checkpoint)) {
      OwnFolders own = OwnFolders.in(checkpoint.target().path(), catalog, backends);
      for (Entry entry : journal.entries()) {
        if (entry instanceof Entry.PrivateFolder folder) {
          remove(top, folder, own);
        }
      }
      top.fd().syncFilesystem();
    }
    journal.finish();
    return "checkpoint "
        + checkpoint.id()
        + ": the rollback of "
        + note.target()
        + " to it was interrupted; complete it: orchestrate rollback "
        + checkpoint.id()
        + ", or undo it: orchestrate rollback "
        + note.before();
  }

  private static void remove(Directory top, Entry.PrivateFolder note, OwnFolders own) {
    try (Directory volume = top.openDirectory(note.volume())) {
      PrivateFolder.removeLeft(volume, note.inode(), own);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV)) {
        throw e; // else it is a subvolume that was deleted meanwhile
      }
    }
  }
}
