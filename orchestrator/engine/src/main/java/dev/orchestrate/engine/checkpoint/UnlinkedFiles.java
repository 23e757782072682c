package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.openfiles.Held;
import dev.orchestrate.engine.openfiles.OriginalNames;
import dev.orchestrate.engine.openfiles.OriginalNames.Name;
import dev.orchestrate.engine.openfiles.ProcessFiles;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.SystemCallException;
import java.util.Collection;
import java.util.function.BiConsumer;

/** What processes hold that its name does not lead to any more. */
record UnlinkedFiles(OriginalNames names) {

  /** Calls back for each; a process that ends meanwhile is passed over. */
  void of(Collection<ProcessFiles> files, BiConsumer<Held, Name> action) {
    for (ProcessFiles process : files) {
      for (Held held : (Iterable<Held>) process.all()::iterator) {
        try {
          Name name = names.of(held);
          if (!name.leadsThere()) {
            action.accept(held, name);
          }
        } catch (SystemCallException e) {
          if (!e.is(Errno.ENOENT, Errno.ESRCH)) {
            throw e;
          }
        }
      }
    }
  }
}
