package dev.orchestrate.engine.verify;

/** Is told how far the reading of a snapshot has come, by any thread. */
public interface Progress {

  /** How many bytes there are to be read, if that is known. */
  void expect(long bytes);

  /** So many bytes more were read. */
  void advance(long bytes);
}
