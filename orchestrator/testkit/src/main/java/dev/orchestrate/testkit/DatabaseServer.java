package dev.orchestrate.testkit;

/** A database server on a data folder, run by an ordinary user, reached by a unix socket only. */
interface DatabaseServer extends AutoCloseable {

  /** A new connection, which may do all. */
  SqlSession connect();

  ServerProcess process();

  default long pid() {
    return process().pid();
  }

  /** What it has said since its start. */
  default String log() {
    return process().log();
  }

  /** Shuts it down in an orderly way. */
  default void stop() {
    process().stop();
  }

  /** Kills it, unless it has ended already. */
  @Override
  default void close() {
    process().close();
  }
}
