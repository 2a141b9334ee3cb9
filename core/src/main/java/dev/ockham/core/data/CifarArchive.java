package dev.ockham.core.data;

import dev.ockham.core.data.DatasetEntry.Cifar;
import dev.ockham.core.picture.Picture;
import dev.ockham.core.picture.PictureResize;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR in the binary form in which it is published: a tar archive, packed with gzip, of files of
 * records, each a label or two and the pixels of {@code [3, 32, 32]}. Source: A. Krizhevsky,
 * "Learning multiple layers of features from tiny images", 2009, and the page of the data.
 */
final class CifarArchive {

  private static final int SIDE = 32;
  private static final int PIXELS = Picture.COLOURS * SIDE * SIDE;
  private static final int BLOCK = 512;
  private static final int LONGEST_TEXT = 1 << 16;

  private final Path file;
  private final DatasetEntry entry;
  private final Cifar cifar;
  private final PictureRules rules;
  private final DownloadListener listener;
  private final byte[] labels;
  private final Shape each;
  private int train;
  private int test;

  private CifarArchive(
      Path file, DatasetEntry entry, Cifar cifar, PictureRules rules, DownloadListener listener) {
    this.file = file;
    this.entry = entry;
    this.cifar = cifar;
    this.rules = rules;
    this.listener = listener;
    labels = new byte[entry.trainCount() + entry.testCount()];
    each =
        Shape.of(
            rules.channels() == 0 ? Picture.COLOURS : rules.channels(),
            rules.resizes() ? rules.height() : SIDE,
            rules.resizes() ? rules.width() : SIDE);
  }

  /**
   * Reads all pictures.
   *
   * @throws MalformedDataException if the archive is not the published one
   */
  static ClassFolders.Splits read(
      Path file,
      DatasetEntry entry,
      Cifar cifar,
      PictureRules rules,
      PictureLoading.Room room,
      DownloadListener listener)
      throws IOException {
    requirePublished(entry, cifar, file);
    return new CifarArchive(file, entry, cifar, rules, listener).read(room);
  }

  /** Compares a file with the published hash. */
  static void requirePublished(DatasetEntry entry, Cifar cifar, Path file) throws IOException {
    IdxSource source = IdxSource.ofFile(file);
    String found = source.storedHash("MD5");
    if (!found.equals(cifar.md5())) {
      throw new MalformedDataException(
          file.toString(),
          MalformedDataException.WHOLE_FILE,
          "md5 is %s, but %s has %s".formatted(found, entry.name(), cifar.md5()));
    }
  }

  private ClassFolders.Splits read(PictureLoading.Room room) throws IOException {
    long bytes = (long) labels.length * each.size();
    MemorySegment pixels =
        room.of(bytes, "%s pictures of %s need %s bytes".formatted(labels.length, each, bytes));
    try (IdxSource.Unpacked unpacked = IdxSource.ofFile(file).open()) {
      readEntries(unpacked.stream(), pixels);
    }
    if (train != entry.trainCount() || test != entry.testCount()) {
      throw wrong("has %s and %s pictures".formatted(train, test));
    }
    return ClassFolders.Splits.of(
        new PictureLoading.Pixels(each, pixels), labels, train, entry.classNames(), true);
  }

  private void readEntries(InputStream in, MemorySegment pixels) throws IOException {
    byte[] header = new byte[BLOCK];
    while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
      String path = text(header, 0, 100);
      String name = path.substring(path.lastIndexOf('/') + 1);
      long size = size(header);
      if (cifar.trainFiles().contains(name) || name.equals(cifar.testFile())) {
        readRecords(in, size, name, pixels);
      } else if (name.equals(cifar.namesFile()) && size <= LONGEST_TEXT) {
        requireNames(new String(in.readNBytes((int) size), StandardCharsets.US_ASCII));
      } else {
        in.skipNBytes(size);
      }
      in.skipNBytes(Math.floorMod(-size, (long) BLOCK));
    }
  }

  private static String text(byte[] header, int from, int length) {
    String text = new String(header, from, length, StandardCharsets.US_ASCII);
    int end = text.indexOf('\0');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  private long size(byte[] header) throws MalformedDataException {
    String octal = text(header, 124, 12);
    if (!octal.matches("[0-7]{1,11}")) {
      throw wrong("an entry's size is '%s'".formatted(octal.replaceAll("\\p{Cntrl}", "?")));
    }
    return Long.parseLong(octal, 8);
  }

  private void requireNames(String lines) throws MalformedDataException {
    List<String> names = lines.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (!names.equals(entry.classNames())) {
      throw wrong("its classes are not those of " + entry.name());
    }
  }

  private void readRecords(InputStream in, long size, String name, MemorySegment pixels)
      throws IOException {
    byte[] record = new byte[cifar.labelBytes() + PIXELS];
    byte[] picture = new byte[PIXELS];
    boolean isTest = name.equals(cifar.testFile());
    if (size % record.length != 0) {
      throw wrong("%s has %s bytes, no whole records".formatted(name, size));
    }
    for (long left = size / record.length; left > 0; left--) {
      if (in.readNBytes(record, 0, record.length) < record.length) {
        throw wrong(name + " ends early");
      }
      int at = isTest ? entry.trainCount() + test : train;
      if (at >= (isTest ? labels.length : entry.trainCount())) {
        throw wrong("has more pictures than " + entry.name());
      }
      int label = record[cifar.labelBytes() - 1] & 0xFF;
      if (label >= entry.classNames().size()) {
        throw wrong("%s: a label is %s".formatted(name, label));
      }
      labels[at] = (byte) label;
      System.arraycopy(record, cifar.labelBytes(), picture, 0, PIXELS);
      write(new Picture(Picture.COLOURS, SIDE, SIDE, picture), pixels, at);
      train += isTest ? 0 : 1;
      test += isTest ? 1 : 0;
    }
    listener.reading(file.toString(), train + test, labels.length);
  }

  private void write(Picture picture, MemorySegment pixels, int at) {
    Picture made = PictureResize.fitted(picture.withChannels(each.dim(0)), rules);
    MemorySegment.copy(
        made.pixels(), 0, pixels, ValueLayout.JAVA_BYTE, (long) at * each.size(), each.size());
  }

  private MalformedDataException wrong(String fault) {
    return new MalformedDataException(file.toString(), MalformedDataException.WHOLE_FILE, fault);
  }
}
