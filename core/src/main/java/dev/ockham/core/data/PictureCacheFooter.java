package dev.ockham.core.data;

import dev.ockham.core.data.ClassFolders.Splits;
import dev.ockham.runtime.graph.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a file of decoded pictures says behind its pixels: this record as JSON, the length of that
 * text as a 32-bit number, and {@link #MAGIC}.
 *
 * @param state of the source when it was read, {@link SourceState}
 * @param classNames names of the classes
 * @param channels of every picture
 * @param height of every picture
 * @param width of every picture
 * @param labels one byte for each picture, those of the test part last, in base 64
 * @param trained how many pictures are not of the test part
 * @param testGiven whether the test part came as such
 * @param contentHash {@link Dataset#contentHash()}
 * @param notices what people are to know about the source
 */
record PictureCacheFooter(
    String state,
    List<String> classNames,
    int channels,
    int height,
    int width,
    String labels,
    int trained,
    boolean testGiven,
    String contentHash,
    List<String> notices) {

  /** Says that a file is whole, and in which form; another form has another number. */
  private static final long MAGIC = 0x4F434B5049583031L;

  private static final int TAIL = Integer.BYTES + Long.BYTES;
  private static final int LONGEST = 1 << 28;
  private static final JsonMapper JSON = JsonMapper.shared();

  static PictureCacheFooter of(
      String state, Splits splits, String contentHash, List<String> notices) {
    Images train = splits.train();
    Images test = splits.test();
    byte[] labels = new byte[train.count() + test.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i < train.count() ? train.label(i) : test.label(i - train.count()));
    }
    return new PictureCacheFooter(
        state,
        splits.classNames(),
        train.channels(),
        train.height(),
        train.width(),
        Base64.getEncoder().encodeToString(labels),
        train.count(),
        splits.testGiven(),
        contentHash,
        notices);
  }

  /** Bytes before the footer. */
  long pixels() {
    return (long) channels * height * width * Base64.getDecoder().decode(labels).length;
  }

  /** Both parts over pixels. */
  Splits splits(MemorySegment pixels) {
    return Splits.of(
        new PictureLoading.Pixels(Shape.of(channels, height, width), pixels),
        Base64.getDecoder().decode(labels),
        trained,
        classNames,
        testGiven);
  }

  /** Writes the footer at the end of a file. */
  void write(FileChannel channel) throws IOException {
    byte[] text = JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
    ByteBuffer footer = ByteBuffer.allocate(text.length + TAIL);
    footer.put(text).putInt(text.length).putLong(MAGIC).flip();
    while (footer.hasRemaining()) {
      channel.write(footer);
    }
  }

  /** The footer of a file; nothing where it is not one of these, or not whole. */
  static Optional<PictureCacheFooter> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < TAIL) {
        return Optional.empty();
      }
      ByteBuffer tail = bytes(channel, size - TAIL, TAIL);
      int length = tail.getInt();
      if (tail.getLong() != MAGIC || length <= 0 || length > Math.min(LONGEST, size - TAIL)) {
        return Optional.empty();
      }
      byte[] text = bytes(channel, size - TAIL - length, length).array();
      PictureCacheFooter footer =
          JSON.readValue(new String(text, StandardCharsets.UTF_8), PictureCacheFooter.class);
      return footer.pixels() + length + TAIL == size ? Optional.of(footer) : Optional.empty();
    } catch (EOFException | JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }
}
