package dev.orchestrate.testkit;

/** What a filesystem under test lies on: a loop device, a logical volume, an export. */
public interface Storage extends AutoCloseable {

  /** What mount(8) is to mount, and what /proc/self/mountinfo then shows as the source. */
  String source();

  /** The kind of filesystem on it, as {@code mount -t} wants it. */
  String type();

  /** What was written to it until now, in bytes. */
  long bytesWritten();

  /** Frees it for good; it is not mounted any more. */
  @Override
  void close();
}
