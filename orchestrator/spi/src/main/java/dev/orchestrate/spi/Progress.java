package dev.orchestrate.spi;

/** Is told, by any thread, how far something has come that may take long. */
public interface Progress {

  /** Nobody wants to know. */
  Progress NONE =
      new Progress() {
        @Override
        public void expect(long bytes) {}

        @Override
        public void advance(long bytes) {}
      };

  /**
   * Something else begins; what is told of bytes is about that from now on.
   *
   * @param step a few words, for people
   */
  default void begin(String step) {}

  /** How many bytes there are in all, as far as that is known now. */
  void expect(long bytes);

  /** So many bytes more are done. */
  void advance(long bytes);
}
