package dev.ockham.runtime.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The bytes that readers read: of a file, or in memory. */
sealed interface FileBytes extends Closeable {

  /** Opens a file. */
  static FileBytes of(Path path) throws IOException {
    ForeignFormat.requireFile(path);
    return new OnDisk(path.toString(), FileChannel.open(path));
  }

  /** What messages call it. */
  String name();

  /** How many there are. */
  long size() throws IOException;

  /** Reads some bytes from {@code position} on; −1 where there are none. */
  int read(ByteBuffer into, long position) throws IOException;

  /**
   * Fills {@code into} from {@code position} on and flips it.
   *
   * @param field what is read, for the message
   * @throws MalformedFileException if there are fewer bytes
   */
  default void readFully(ByteBuffer into, long position, String field) throws IOException {
    while (into.hasRemaining()) {
      if (read(into, position + into.position()) < 0) {
        throw new MalformedFileException(
            name(), position + into.position(), field, "the file ends early");
      }
    }
    into.flip();
  }

  /** Bytes of an open file. */
  record OnDisk(String name, FileChannel channel) implements FileBytes {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return channel.read(into, position);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Bytes of an array, which nobody changes meanwhile. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record InMemory(String name, byte[] bytes) implements FileBytes {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public int read(ByteBuffer into, long position) {
      if (position >= bytes.length) {
        return -1;
      }
      int count = (int) Math.min(into.remaining(), bytes.length - position);
      into.put(bytes, (int) position, count);
      return count;
    }

    @Override
    public void close() {}
  }
}
