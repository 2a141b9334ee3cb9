package dev.ockham.core.data;

import dev.ockham.core.picture.Picture;
import dev.ockham.core.picture.PictureException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.picture.PictureFiles.Entry;
import dev.ockham.core.picture.PictureReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * Decodes labelled pictures into memory, on all cores. They must be of one size; if one has colour,
 * all get three channels. What is reported of several faults is the first one, whatever the cores.
 */
final class PictureLoading {

  private static final int BLOCK = 128;

  /** Bytes of pixels that a byte on disk can stand for, as packed by deflate. */
  private static final long MOST_PIXELS_PER_BYTE = 1032;

  private static final long SLACK = 1 << 20;
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final String place;
  private final DownloadListener listener;
  private final List<Labelled> pictures = new ArrayList<>();
  private final ConcurrentSkipListMap<Integer, IOException> faults = new ConcurrentSkipListMap<>();
  private final AtomicBoolean colourFound = new AtomicBoolean();
  private int channels;
  private int height;
  private int width;
  private int done;

  PictureLoading(String place, DownloadListener listener) {
    this.place = place;
    this.listener = listener;
  }

  /** A picture that is not read yet. */
  record Labelled(PictureFiles files, Entry entry, int label) {
    String where() {
      return files.where(entry);
    }

    Picture read(PictureReader reader, PictureReader.SizeCheck size) throws IOException {
      return reader.read(where(), files.read(entry), 0, size);
    }
  }

  /** Where one part's pixels go. */
  @SuppressWarnings("ArrayRecordComponent") // filled while it lives
  private record Target(int from, byte[] pixels, byte[] labels) {}

  /**
   * Reads all parts; those without pictures are left empty.
   *
   * @throws PictureException naming the first picture that is wrong, and its value
   */
  Images[] read(List<List<Labelled>> parts) throws IOException {
    parts.forEach(pictures::addAll);
    try (PictureReader reader = new PictureReader()) {
      Picture first = pictures.getFirst().read(reader, PictureReader.SizeCheck.NONE);
      channels = first.channels();
      height = first.height();
      width = first.width();
    }
    List<Target> targets = decode(parts);
    if (colourFound.get()) {
      channels = Picture.COLOURS;
      faults.clear();
      targets = decode(parts);
    }
    if (!faults.isEmpty()) {
      throw faults.firstEntry().getValue();
    }
    return targets.stream()
        .map(target -> Images.owning(channels, height, width, target.pixels(), target.labels()))
        .toArray(Images[]::new);
  }

  private List<Target> decode(List<List<Labelled>> parts) throws IOException {
    requireRoom(parts);
    List<Target> targets = new ArrayList<>();
    int from = 0;
    for (List<Labelled> part : parts) {
      targets.add(
          new Target(
              from, new byte[part.size() * channels * height * width], new byte[part.size()]));
      from += part.size();
    }
    done = 0;
    IntStream.range(0, Math.ceilDiv(pictures.size(), BLOCK))
        .parallel()
        .forEach(block -> decode(block * BLOCK, targets));
    return targets;
  }

  private void requireRoom(List<List<Labelled>> parts) throws PictureException {
    long size = (long) channels * height * width;
    long stored = pictures.stream().mapToLong(picture -> picture.entry().stored()).sum();
    long needed = Math.multiplyExact(size, (long) pictures.size());
    String claim =
        "%s pictures of %s×%s×%s need %s bytes"
            .formatted(pictures.size(), channels, height, width, needed);
    if (needed > MOST_PIXELS_PER_BYTE * stored + SLACK) {
      throw new PictureException(
          place, claim + ", which files of " + stored + " bytes cannot hold");
    }
    long most = parts.stream().mapToLong(part -> size * part.size()).max().orElse(0);
    if (most > LARGEST_ARRAY || needed > Runtime.getRuntime().maxMemory()) {
      throw new PictureException(
          place,
          claim
              + ", more than can be held at once (%s)"
                  .formatted(Math.min(LARGEST_ARRAY, Runtime.getRuntime().maxMemory())));
    }
  }

  private void decode(int from, List<Target> targets) {
    int to = Math.min(from + BLOCK, pictures.size());
    try (PictureReader reader = new PictureReader()) {
      for (int i = from; i < to && mayMatter(i); i++) {
        decode(i, reader, targets);
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

  private void decode(int index, PictureReader reader, List<Target> targets) {
    Labelled labelled = pictures.get(index);
    try {
      Picture picture = labelled.read(reader, (h, w) -> requireSame(labelled, h, w));
      if (picture.channels() > channels) {
        colourFound.set(true);
        return;
      }
      Target target = targets.getFirst();
      for (Target next : targets) {
        target = index >= next.from() ? next : target;
      }
      int at = index - target.from();
      picture.writeTo(target.pixels(), at * channels * height * width, channels);
      target.labels()[at] = (byte) labelled.label();
    } catch (IOException e) {
      faults.put(index, e);
    }
  }

  private void requireSame(Labelled picture, int itsHeight, int itsWidth) throws PictureException {
    if (itsHeight != height || itsWidth != width) {
      throw new PictureException(
          picture.where(),
          "the picture is %s×%s (height × width), but %s is %s×%s; all must be of one size"
              .formatted(itsHeight, itsWidth, pictures.getFirst().where(), height, width));
    }
  }
}
