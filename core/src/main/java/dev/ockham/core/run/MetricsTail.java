package dev.ockham.core.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Reads {@code metrics.jsonl} while it grows: each call gives the whole lines that were not given
 * yet. A line that is not yet ended waits. What was given is not kept, but for the checksum of the
 * last line, by which the next call sees that the file was written anew, as a resume does.
 */
public final class MetricsTail {

  private static final int PIECE = 1 << 20;
  private static final int LONGEST_LINE = 64 << 20;

  private final Path file;

  /** Bytes behind the last line that was given. */
  private long read;

  private int lastLength;
  private long lastChecksum;
  private int lines;

  /**
   * What was read.
   *
   * @param anew whether the file is another one than before, so that its lines come from the start
   * @param epochs the lines, without their checksums
   * @param damaged what is wrong with lines that were left out, a text for each
   * @param more whether there is more to read at once
   */
  public record Reading(
      boolean anew, List<Map<String, Object>> epochs, List<String> damaged, boolean more) {
    public Reading {
      epochs = List.copyOf(epochs);
      damaged = List.copyOf(damaged);
    }
  }

  /** Reads from the start; the file need not be there yet. */
  public MetricsTail(RunFolder folder) {
    this.file = folder.metrics();
  }

  /**
   * The next lines, about a megabyte of them at most.
   *
   * @throws RunException if a line is longer than 64 MB, so that the file is none of ours
   * @throws IOException if the file cannot be read
   */
  public Reading next() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      boolean anew = read > 0 && !endsWithLastLine(channel);
      if (anew) {
        restart();
      }
      ByteBuffer piece = piece(channel);
      int end = end(piece);
      byte[] whole = new byte[end];
      piece.get(0, whole);
      Reading reading = reading(anew, whole, channel.size() > read + piece.limit());
      remember(whole);
      return reading;
    } catch (NoSuchFileException e) {
      boolean anew = read > 0;
      restart();
      return new Reading(anew, List.of(), List.of(), false);
    }
  }

  private void restart() {
    read = 0;
    lines = 0;
  }

  private boolean endsWithLastLine(FileChannel channel) throws IOException {
    if (channel.size() < read) {
      return false;
    }
    ByteBuffer line = ByteBuffer.allocate(lastLength);
    fill(channel, line, read - lastLength);
    return !line.hasRemaining() && checksum(line.array(), 0) == lastChecksum;
  }

  /** Up to a megabyte from where reading stands; more where a line is longer. */
  private ByteBuffer piece(FileChannel channel) throws IOException {
    for (int size = PIECE; ; size *= 4) {
      long left = channel.size() - read;
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(size, left));
      fill(channel, piece, read);
      piece.flip();
      if (end(piece) > 0 || piece.limit() == left) {
        return piece;
      }
      if (size >= LONGEST_LINE) {
        throw new RunException(
            "%s, line %s: is longer than %s bytes".formatted(file, lines + 1, LONGEST_LINE));
      }
    }
  }

  private static void fill(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
      // Until it is full, or the file ends.
    }
  }

  /** Bytes up to the end of the last whole line. */
  private static int end(ByteBuffer piece) {
    int end = piece.limit();
    while (end > 0 && piece.get(end - 1) != '\n') {
      end--;
    }
    return end;
  }

  private Reading reading(boolean anew, byte[] whole, boolean more) {
    List<Map<String, Object>> epochs = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    for (MetricsLine line : MetricsLine.all(whole)) {
      lines++;
      Map<String, Object> values = line.values();
      if (values == null) {
        damaged.add("%s, line %s: %s".formatted(file.getFileName(), lines, line.fault()));
      } else {
        epochs.add(values);
      }
    }
    return new Reading(anew, epochs, damaged, more && whole.length > 0);
  }

  private void remember(byte[] whole) {
    if (whole.length > 0) {
      int begin = whole.length - 1;
      while (begin > 0 && whole[begin - 1] != '\n') {
        begin--;
      }
      read += whole.length;
      lastLength = whole.length - begin;
      lastChecksum = checksum(whole, begin);
    }
  }

  private static long checksum(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, bytes.length - from);
    return crc.getValue();
  }
}
