package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that puts the numbers from 1 on into two tables, both in one transaction, one
 * transaction after the other, and knows how far it has come.
 */
final class NumberedRows implements AutoCloseable {
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final SqlSession session;
  private final Thread thread = new Thread(this::append, "numbered rows");
  private volatile boolean enough;
  private volatile AssertionError failure;

  private NumberedRows(SqlSession session) {
    this.session = session;
  }

  static NumberedRows start(SqlSession session) {
    session.ask("CREATE TABLE numbered (n BIGINT PRIMARY KEY, filler CHAR(200))");
    session.ask("CREATE TABLE twin (n BIGINT PRIMARY KEY)");
    NumberedRows rows = new NumberedRows(session);
    rows.thread.setDaemon(true);
    rows.thread.start();
    return rows;
  }

  private void append() {
    try {
      while (!enough) {
        long n = begun.incrementAndGet();
        session.ask(
            "BEGIN; INSERT INTO numbered VALUES (%d, 'x'); INSERT INTO twin VALUES (%d); COMMIT"
                .formatted(n, n));
        acknowledged.set(n);
      }
    } catch (AssertionError e) {
      failure = e;
    }
  }

  /** The last number that the database has confirmed the commit of. */
  long acknowledged() {
    return acknowledged.get();
  }

  /** The last number that the database has been told. */
  long begun() {
    return begun.get();
  }

  /** Fails unless commits go on. */
  void requireProgress() {
    long before = begun();
    Deadline.require("rows are committed", () -> failure != null || acknowledged() > before);
    requireNoError();
  }

  private void requireNoError() {
    if (failure != null) {
      throw new AssertionError("the client met an error", failure);
    }
  }

  /** Ends the load, in which there must have been no error. */
  void stop() {
    enough = true;
    Deadline.require("the client comes to an end", () -> !thread.isAlive());
    requireNoError();
  }

  /**
   * Fails unless a database has all numbers from 1 on, in both tables, without a gap, up to one
   * between these two.
   */
  static void requireComplete(SqlSession session, long atLeast, long atMost) {
    List<String> twins =
        session.ask(
            "SELECT n FROM numbered WHERE n NOT IN (SELECT n FROM twin) UNION ALL "
                + "SELECT n FROM twin WHERE n NOT IN (SELECT n FROM numbered)");
    assertThat(twins).as("in one table only").isEmpty();
    long last = Long.parseLong(session.value("SELECT MAX(n) FROM numbered"));
    assertThat(session.value("SELECT COUNT(*) FROM numbered WHERE n BETWEEN 1 AND " + last))
        .as("rows without a gap")
        .isEqualTo(Long.toString(last));
    assertThat(last)
        .as("the last row: no less than were confirmed before, no more than were begun after")
        .isBetween(atLeast, atMost);
  }

  @Override
  public void close() {
    enough = true;
    session.close();
  }
}
