package dev.orchestrate.testkit;

/** A database server on a data folder, run by an ordinary user, reached by a unix socket only. */
interface DatabaseServer extends AutoCloseable {

  /** A new connection, which may do all. */
  SqlSession connect();

  long pid();

  /** What it has said since its start. */
  String log();

  /** Shuts it down in an orderly way. */
  void stop();

  /** Kills it, unless it has ended already. */
  @Override
  void close();
}
