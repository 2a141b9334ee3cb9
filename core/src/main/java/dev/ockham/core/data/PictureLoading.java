package dev.ockham.core.data;

import dev.ockham.core.picture.Picture;
import dev.ockham.core.picture.PictureException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.picture.PictureFiles.Entry;
import dev.ockham.core.picture.PictureReader;
import dev.ockham.core.picture.PictureResize;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * Decodes labelled pictures, on all cores. Where rules give no size, they must be of one; if one
 * has colour, all get three channels, unless rules say otherwise. What is reported of several
 * faults is the first one, whatever the cores.
 */
final class PictureLoading {

  private static final int BLOCK = 128;

  /** Bytes of pixels that a byte on disk can stand for, as packed by deflate. */
  private static final long MOST_PIXELS_PER_BYTE = 1032;

  private static final long SLACK = 1 << 20;

  private final String place;
  private final PictureRules rules;
  private final DownloadListener listener;
  private final List<Labelled> pictures;
  private final ConcurrentSkipListMap<Integer, IOException> faults = new ConcurrentSkipListMap<>();
  private final AtomicBoolean colourFound = new AtomicBoolean();
  private int channels;
  private int height;
  private int width;
  private int done;

  PictureLoading(
      String place, PictureRules rules, List<Labelled> pictures, DownloadListener listener) {
    this.place = place;
    this.rules = rules;
    this.pictures = pictures;
    this.listener = listener;
  }

  /** A picture that is not read yet. */
  record Labelled(PictureFiles files, Entry entry, int label) {
    String where() {
      return files.where(entry);
    }

    Picture read(PictureReader reader, PictureRules rules, PictureReader.SizeCheck size)
        throws IOException {
      Picture picture = reader.read(where(), files.read(entry), rules.background(), size);
      // Fewer channels first: there is less to scale.
      Picture grey = rules.channels() == 1 ? picture.withChannels(1) : picture;
      return PictureResize.fitted(grey, rules);
    }
  }

  /** Where pixels go. */
  @FunctionalInterface
  interface Room {
    /**
     * Makes room; asked again if it turns out that there are more channels, and then what was given
     * before is not used any more.
     *
     * @param bytes how many there will be
     * @param claim what needs them, for messages
     */
    MemorySegment of(long bytes, String claim) throws IOException;
  }

  /**
   * What was read.
   *
   * @param each shape of a picture, {@code [channels, height, width]}
   * @param pixels {@code [count, channels, height, width]}
   */
  record Pixels(Shape each, MemorySegment pixels) {}

  /**
   * Reads all pictures.
   *
   * @throws PictureException naming the first picture that is wrong, and its value
   */
  Pixels read(Room room) throws IOException {
    channels = rules.channels();
    height = rules.height();
    width = rules.width();
    if (channels == 0 || height == 0) {
      try (PictureReader reader = new PictureReader()) {
        Picture first = pictures.getFirst().read(reader, rules, PictureReader.SizeCheck.NONE);
        channels = channels == 0 ? first.channels() : channels;
        height = first.height();
        width = first.width();
      }
    }
    MemorySegment pixels = decode(room);
    if (colourFound.get()) {
      channels = Picture.COLOURS;
      faults.clear();
      pixels = decode(room);
    }
    if (!faults.isEmpty()) {
      throw faults.firstEntry().getValue();
    }
    return new Pixels(Shape.of(channels, height, width), pixels);
  }

  private MemorySegment decode(Room room) throws IOException {
    MemorySegment pixels = room(room);
    done = 0;
    IntStream.range(0, Math.ceilDiv(pictures.size(), BLOCK))
        .parallel()
        .forEach(block -> decode(block * BLOCK, pixels));
    return pixels;
  }

  private MemorySegment room(Room room) throws IOException {
    long size = (long) channels * height * width;
    long stored = pictures.stream().mapToLong(picture -> picture.entry().stored()).sum();
    long needed = Math.multiplyExact(size, (long) pictures.size());
    String claim =
        "%s pictures of %s×%s×%s need %s bytes"
            .formatted(pictures.size(), channels, height, width, needed);
    if (!rules.resizes() && needed > MOST_PIXELS_PER_BYTE * stored + SLACK) {
      throw new PictureException(
          place, claim + ", which files of " + stored + " bytes cannot hold");
    }
    return room.of(needed, claim);
  }

  private void decode(int from, MemorySegment pixels) {
    int to = Math.min(from + BLOCK, pictures.size());
    try (PictureReader reader = new PictureReader()) {
      for (int i = from; i < to && mayMatter(i); i++) {
        decode(i, reader, pixels);
      }
    }
    synchronized (this) {
      done += to - from;
      listener.reading(place, done, pictures.size());
    }
  }

  /** Whether nothing that is known already makes a picture's pixels or faults irrelevant. */
  private boolean mayMatter(int picture) {
    return !(colourFound.get() && channels == 1)
        && (faults.isEmpty() || picture < faults.firstKey());
  }

  private void decode(int index, PictureReader reader, MemorySegment pixels) {
    Labelled labelled = pictures.get(index);
    try {
      Picture picture =
          labelled.read(
              reader,
              rules,
              rules.resizes()
                  ? PictureReader.SizeCheck.NONE
                  : (h, w) -> requireSame(labelled, h, w));
      if (picture.channels() > channels) {
        colourFound.set(true);
        return;
      }
      int size = channels * height * width;
      MemorySegment.copy(
          picture.withChannels(channels).pixels(),
          0,
          pixels,
          ValueLayout.JAVA_BYTE,
          (long) index * size,
          size);
    } catch (IOException e) {
      faults.put(index, e);
    }
  }

  private void requireSame(Labelled picture, int itsHeight, int itsWidth) throws PictureException {
    if (itsHeight != height || itsWidth != width) {
      throw new PictureException(
          picture.where(),
          ("the picture is %s×%s (height × width), but %s is %s×%s; all must be of one size,"
                  + " which data.size makes them, such as --set data.size=%s")
              .formatted(
                  itsHeight,
                  itsWidth,
                  pictures.getFirst().where(),
                  height,
                  width,
                  Math.min(height, width)));
    }
  }
}
