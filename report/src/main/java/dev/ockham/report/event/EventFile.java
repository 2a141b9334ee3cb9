package dev.ockham.report.event;

import dev.ockham.core.run.RunFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * An event file that grows by records. A record is the length of its data (64 bits), a checksum of
 * these eight bytes, the data, and a checksum of the data, all little endian; the checksum is the
 * masked CRC-32C. Source: {@code tensorflow/core/lib/io/record_writer.h} and {@code
 * core/lib/hash/crc32c.h}.
 *
 * @param path where it is
 */
record EventFile(Path path) {

  private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
  private static final int FOOTER_BYTES = Integer.BYTES;
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int MASK_ROTATION = 15;

  private static final int LONGEST = 64 << 20;

  /** TensorBoard takes a file for one of events by the part of its name up to the second dot. */
  private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{1,18})\\..*");

  /**
   * Creates the next event file of a run, with a name that sorts after those that are there:
   * TensorBoard reads the files of a folder in the order of their names. A clock that stands still
   * or goes back must not change that, so the second in the name is at least one more than the last
   * one's.
   *
   * @param now seconds since 1970
   */
  static EventFile create(RunFolder folder, long now) throws IOException {
    long second = now;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.root())) {
      for (Path file : files) {
        Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
        if (matcher.matches()) {
          second = Math.max(second, Long.parseLong(matcher.group(1)) + 1);
        }
      }
    }
    String name =
        String.format(Locale.ROOT, "events.out.tfevents.%010d.ockham.%d", second, processId());
    return new EventFile(Files.createFile(folder.root().resolve(name)));
  }

  private static long processId() {
    return ProcessHandle.current().pid();
  }

  /**
   * Adds a record. If that fails, what was written of it is cut off again, where the disk allows
   * even that: bytes after a broken record would never be read.
   */
  void append(byte[] data) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      long end = channel.size();
      channel.position(end);
      try {
        ByteBuffer bytes = framed(data);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        channel.truncate(end);
        throw e;
      }
    }
  }

  /** The event files of a run, in the order in which they were begun. */
  static List<EventFile> all(RunFolder folder) throws IOException {
    List<EventFile> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.root(), "events.out.*")) {
      for (Path file : files) {
        if (NAME.matcher(String.valueOf(file.getFileName())).matches()) {
          found.add(new EventFile(file));
        }
      }
    }
    found.sort(Comparator.comparing(EventFile::path));
    return found;
  }

  /**
   * Hands over the whole records from a place on.
   *
   * @param from where a record begins, in bytes
   * @return where the first record begins that is not whole yet, or was damaged
   */
  long read(long from, Consumer<byte[]> records) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long at = from;
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      while (fill(channel, header.clear(), at)) {
        long length = header.getLong(0);
        boolean sound = header.getInt(Long.BYTES) == maskedCrc(header.array(), Long.BYTES);
        if (!sound || length < 0 || length > LONGEST) {
          return at;
        }
        int data = (int) length;
        ByteBuffer body = ByteBuffer.allocate(data + FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (!fill(channel, body, at + HEADER_BYTES)
            || body.getInt(data) != maskedCrc(body.array(), data)) {
          return at;
        }
        records.accept(Arrays.copyOf(body.array(), data));
        at += HEADER_BYTES + data + FOOTER_BYTES;
      }
      return at;
    }
  }

  private static boolean fill(FileChannel channel, ByteBuffer buffer, long from)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        return false;
      }
    }
    return true;
  }

  private static ByteBuffer framed(byte[] data) {
    ByteBuffer record =
        ByteBuffer.allocate(HEADER_BYTES + data.length + FOOTER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), Long.BYTES));
    record.put(data);
    record.putInt(maskedCrc(data, data.length));
    return record.flip();
  }

  /** Masked, because the checksum of data that hold their own checksum says little. */
  private static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), MASK_ROTATION) + MASK_DELTA;
  }
}
