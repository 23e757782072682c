package dev.orchestrate.engine.doctor;

import dev.orchestrate.engine.catalog.Catalog;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.OrchestrateException;
import java.util.List;
import java.util.stream.Stream;

/** Whether the state folder is to be trusted, and whether anything in it waits for recovery. */
final class StateLook {
  private static final String SUBJECT = "state folder";
  private static final int FOR_OTHERS = 077;

  private StateLook() {}

  static List<Finding> findings(Catalog catalog) {
    try {
      List<Finding> unfinished =
          catalog.journals().interrupted().stream().map(StateLook::interrupted).toList();
      return Stream.concat(Stream.of(folder(catalog)), unfinished.stream()).toList();
    } catch (OrchestrateException e) {
      return List.of(Finding.problem(SUBJECT, e));
    }
  }

  private static Finding folder(Catalog catalog) {
    String path = catalog.stateDirectory().toString();
    int mode;
    try {
      mode = Fd.stat(catalog.stateDirectory()).permissions();
    } catch (SystemCallException e) {
      return Finding.ok(SUBJECT, path + " is made with the first checkpoint");
    }
    if ((mode & FOR_OTHERS) != 0) {
      return Finding.warning(SUBJECT, path + ": others can look into it", "chmod 700 " + path);
    }
    int count = catalog.list().size();
    return Finding.ok(
        SUBJECT, path + ", with " + count + (count == 1 ? " checkpoint" : " checkpoints"));
  }

  private static Finding interrupted(String id) {
    return Finding.problem(
        "checkpoint " + id,
        new ConflictException("a command at work on it was interrupted", "orchestrate recover"));
  }
}
