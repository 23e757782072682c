package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where subjects come by themselves, started with {@code --connect}: for those that the test does
 * not start, such as the ones that {@code restart --all} relaunches by their own command lines.
 */
public final class Rendezvous implements AutoCloseable {
  private final Path path;
  private final ServerSocketChannel server;
  private final List<SocketChannel> come = new ArrayList<>();

  public Rendezvous() {
    try {
      this.path = Program.temporaryFolder().resolve("s");
      this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path));
      server.configureBlocking(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Program.run("chmod", "755", path.getParent());
    Program.run("chmod", "777", path);
  }

  /** The command of a subject that comes here. */
  public List<String> command(Path program) {
    return List.of(program.toString(), "--connect", path.toString());
  }

  /** Starts one; closing what this returns kills it. */
  public RunningProgram start(Path program) {
    return RunningProgram.startToKill(new ProcessBuilder(command(program)));
  }

  /** The next one that comes; it ends when this rendezvous does. */
  public Subject next() {
    Deadline.require("another subject came", this::hasCome);
    SocketChannel channel = come.get(come.size() - 1);
    Subject.Behind behind =
        new Subject.Behind() {
          @Override
          public void end() {
            Rendezvous.close(channel);
          }

          @Override
          public String describe() {
            return "connected to " + path;
          }
        };
    return new Subject(Channels.newInputStream(channel), new Writing(channel), behind);
  }

  /** In Java 17, a stream of {@link Channels} can't write while another one waits for input. */
  private static final class Writing extends OutputStream {
    private final SocketChannel channel;

    Writing(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  private boolean hasCome() {
    try {
      SocketChannel channel = server.accept();
      if (channel != null) {
        come.add(channel);
      }
      return channel != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    come.forEach(Rendezvous::close);
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Program.deleteTree(path.getParent());
  }
}
