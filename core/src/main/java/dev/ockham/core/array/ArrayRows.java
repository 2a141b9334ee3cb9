package dev.ockham.core.array;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.graph.Shape;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The examples of one array of NumPy, one after the other, in memory for one of them: an {@code
 * .npy} file, or the array {@code x} of an {@code .npz} file, or its only one. Bytes of shape
 * {@code [n, height, width, channels]} become {@code [channels, height, width]}, as for training.
 * Not for several threads.
 */
public final class ArrayRows implements Closeable {

  private static final int LONGEST_ROW = 1 << 28;

  private final String name;
  private final NpyHeader header;
  private final int size;
  private final boolean channelsLast;
  private final @Nullable NpyArray mapped;
  private final @Nullable InputStream stream;
  private final @Nullable ZipFile zip;
  private final byte[] row;
  private long at;

  private ArrayRows(
      NpyHeader header,
      String name,
      Shape wanted,
      @Nullable NpyArray mapped,
      @Nullable InputStream stream,
      @Nullable ZipFile zip)
      throws MalformedDataException {
    this.name = name;
    this.header = header;
    this.mapped = mapped;
    this.stream = stream;
    this.zip = zip;
    List<Integer> shape = header.shape();
    if (shape.isEmpty() || shape.getFirst() == 0) {
      throw NpyArray.wrong(name, "is of shape " + shape + ", which holds no examples");
    }
    List<Integer> dims = shape.subList(1, shape.size());
    size = wanted.size();
    long own = 1;
    for (int dim : dims) {
      own = own > LONGEST_ROW ? own : own * dim;
    }
    if (own != size) {
      throw NpyArray.wrong(
          name, "is of shape %s, but the model takes %s for each example".formatted(shape, wanted));
    }
    channelsLast =
        header.kind() == NpyKind.UINT8
            && dims.size() == 3
            && wanted.rank() == 3
            && wanted.dim(0) == dims.get(2)
            && (dims.get(2) == 1 || dims.get(2) == 3);
    row = new byte[mapped == null ? size * header.kind().bytes() : 0];
  }

  /** Whether a file begins as an array does, or is an archive of them. */
  public static boolean isAt(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(8);
    }
    if (NpyHeader.isNpy(head)) {
      return true;
    }
    if (head.length < 4 || head[0] != 'P' || head[1] != 'K') {
      return false;
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.stream().anyMatch(entry -> entry.getName().endsWith(ArrayFiles.NPY));
    } catch (ZipException e) {
      return false; // who reads pictures says what is wrong with it
    }
  }

  /**
   * Opens a file.
   *
   * @param wanted shape of one example, as the model takes it
   * @throws MalformedDataException naming the array and what is wrong with it
   */
  public static ArrayRows open(Path file, Shape wanted) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(8);
    }
    if (NpyHeader.isNpy(head)) {
      NpyArray array = NpyArray.map(file);
      return new ArrayRows(array.header(), array.name(), wanted, array, null, null);
    }
    ZipFile zip = new ZipFile(file.toFile());
    try {
      ZipEntry entry = chosen(zip, file);
      String name = file + "/" + entry.getName();
      InputStream in = new BufferedInputStream(zip.getInputStream(entry), 1 << 16);
      NpyHeader header = NpyHeader.read(in, name);
      NpyArray.requireSize(header, name, entry.getSize() - header.offset());
      if (header.fortran() && header.shape().size() > 1) {
        throw NpyArray.wrong(
            name, "has its first index running fastest; numpy.ascontiguousarray turns it");
      }
      return new ArrayRows(header, name, wanted, null, in, zip);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** Whether a file is one array, or an archive that has {@code x} or a single one. */
  public static boolean isOne(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !isAt(file)) {
      return false;
    }
    if (ArrayInputs.isNpy(file)) {
      return true;
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.getEntry("x" + ArrayFiles.NPY) != null
          || zip.stream().filter(entry -> entry.getName().endsWith(ArrayFiles.NPY)).count() == 1;
    }
  }

  private static ZipEntry chosen(ZipFile zip, Path file) throws MalformedDataException {
    List<ZipEntry> arrays = new ArrayList<>();
    for (ZipEntry entry : zip.stream().toList()) {
      if (entry.getName().equalsIgnoreCase("x" + ArrayFiles.NPY)) {
        return entry;
      }
      if (entry.getName().endsWith(ArrayFiles.NPY)) {
        arrays.add(entry);
      }
    }
    if (arrays.size() != 1) {
      throw NpyArray.wrong(
          file.toString(),
          "holds %s, and none called x: which are the examples?"
              .formatted(String.join(", ", arrays.stream().map(ZipEntry::getName).toList())));
    }
    return arrays.getFirst();
  }

  /** How many examples there are. */
  public int count() {
    return header.shape().getFirst();
  }

  /**
   * Reads the next example.
   *
   * @param into receives its numbers, from {@code from} on
   * @return false if there is none left
   * @throws MalformedDataException if a number is not finite in 32 bits, or the file ends early
   */
  public boolean next(float[] into, int from) throws IOException {
    if (at == count()) {
      return false;
    }
    NpyArray array = mapped == null ? read() : mapped;
    long first = mapped == null ? 0 : at * size;
    int channels = channelsLast ? header.shape().get(3) : 1;
    for (int i = 0; i < size; i++) {
      float value = (float) array.number(first + i);
      if (!Float.isFinite(value)) {
        throw NpyArray.wrong(
            name,
            "example %s, number %s is %s, not a finite number of 32 bits"
                .formatted(at, i, array.number(first + i)));
      }
      into[from + i % channels * (size / channels) + i / channels] = value;
    }
    at++;
    return true;
  }

  private NpyArray read() throws IOException {
    InputStream in = Objects.requireNonNull(stream);
    int got = in.readNBytes(row, 0, row.length);
    if (got < row.length) {
      throw NpyArray.wrong(name, "ends within example " + at);
    }
    return NpyArray.of(header, name, List.of(size), MemorySegment.ofArray(row));
  }

  @Override
  public void close() throws IOException {
    if (zip != null) {
      zip.close();
    }
  }
}
