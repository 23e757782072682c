package dev.orchestrate.engine.verify;

import dev.orchestrate.engine.checkpoint.Cancellation;
import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.Symlink;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.OrchestrateException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Reads all of a tree, on all cores, and gives the checksums in the order of {@link
 * Checksum#compare}. It follows no symbolic link and does not leave the tree's mount. What it keeps
 * in memory does not grow with the number of files.
 */
final class TreeReader implements AutoCloseable {
  private static final int MOST_AHEAD = 1024;

  private final Directory top;
  private final Cancellation cancellation;
  private final LongConsumer progress;
  private final ExecutorService workers =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
  private final Deque<Future<Checksum>> ahead = new ArrayDeque<>();

  /**
   * @param top stays open as long as this object
   * @param progress told of bytes that were read, by any thread
   */
  TreeReader(Directory top, Cancellation cancellation, LongConsumer progress) {
    this.top = top;
    this.cancellation = cancellation;
    this.progress = progress;
  }

  void read(Consumer<Checksum> consumer) {
    submit(RawPath.EMPTY, consumer);
    Deque<Iterator<RawPath>> folders = new ArrayDeque<>();
    folders.push(namesIn(RawPath.EMPTY));
    while (!folders.isEmpty()) {
      if (!folders.peek().hasNext()) {
        folders.pop();
        continue;
      }
      RawPath path = folders.peek().next();
      submit(path, consumer);
      if (top.find(path).filter(Stat::isDirectory).isPresent()) {
        folders.push(namesIn(path));
      }
    }
    while (!ahead.isEmpty()) {
      consumer.accept(await(ahead.remove()));
    }
  }

  private Iterator<RawPath> namesIn(RawPath folder) {
    try (Directory directory = top.openDirectory(folder)) {
      return directory.list().stream().sorted().map(folder::resolve).iterator();
    }
  }

  private void submit(RawPath path, Consumer<Checksum> consumer) {
    cancellation.check();
    ahead.add(workers.submit(() -> checksum(path)));
    if (ahead.size() > MOST_AHEAD) {
      consumer.accept(await(ahead.remove()));
    }
  }

  private Checksum checksum(RawPath path) {
    try (Fd inode = top.openBeneath(path, Fd.O_PATH | Fd.O_NOFOLLOW)) {
      Stat stat = inode.stat();
      boolean sized = stat.kind() == Stat.Kind.FILE || stat.kind() == Stat.Kind.SYMLINK;
      return new Checksum(
          path,
          stat.kind(),
          stat.permissions(),
          stat.user(),
          stat.group(),
          sized ? stat.size() : 0,
          InodeDigest.ofAttributes(inode),
          content(inode, path, stat));
    }
  }

  private String content(Fd inode, RawPath path, Stat stat) {
    return switch (stat.kind()) {
      case FILE -> {
        try (Fd file = inode.reopen(Fd.O_RDONLY)) {
          yield InodeDigest.ofData(file, this::advance);
        }
      }
      case SYMLINK -> Sha256.of(target(path).bytes());
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
          Sha256.of(Long.toString(stat.rawDevice()).getBytes(StandardCharsets.US_ASCII));
      default -> Checksum.NOTHING;
    };
  }

  private RawPath target(RawPath link) {
    try (Directory folder = top.openDirectory(link.parent())) {
      return Symlink.read(folder.fd().procPath().resolve(link.name()));
    }
  }

  private void advance(long bytes) {
    cancellation.check();
    progress.accept(bytes);
  }

  private static Checksum await(Future<Checksum> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts this thread", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OrchestrateException failure) {
        throw failure;
      }
      if (e.getCause() instanceof SystemCallException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Waits until no thread uses the tree any more. */
  @Override
  public void close() {
    workers.shutdownNow();
    try {
      boolean ended = workers.awaitTermination(1, TimeUnit.DAYS);
      if (!ended) {
        throw new IllegalStateException("a file takes longer than a day");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
