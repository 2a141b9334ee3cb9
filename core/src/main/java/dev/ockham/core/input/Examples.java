package dev.ockham.core.input;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.spec.TableSpec;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Examples without labels, read one after the other. Not for several threads. */
public sealed interface Examples extends Closeable
    permits ArrayExamples,
        AudioExamples,
        CsvExamples,
        IdxExamples,
        PictureExamples,
        RowExamples,
        TextExamples {

  /** What {@link #count} says where only reading to the end can tell. */
  long UNKNOWN = -1;

  /** How many examples there are, or {@link #UNKNOWN}. */
  long count();

  /**
   * Reads the next example.
   *
   * @param into receives the numbers that the model takes
   * @param at index of the first of them
   * @return false if there is none left
   * @throws MalformedDataException naming the file, the place and the value that is wrong
   */
  boolean next(float[] into, int at) throws IOException;

  /** What the example that was read last is called, such as its file; empty if it has no name. */
  default String name() {
    return "";
  }

  /** Files that were passed over, in words; empty for none. */
  default String leftOut() {
    return "";
  }

  /** What is to be said at the end, such as of rows that were skipped; empty for nothing. */
  default String notice() {
    return "";
  }

  /**
   * Opens a file of any kind that is known, told by its contents: IDX images (packed with gzip or
   * not), a picture of a format that ImageIO reads, a zip archive of pictures, an array of NumPy
   * ({@code .npy}, or {@code x} of an {@code .npz}), or else CSV text. Of a folder, all pictures in
   * it and below are read. What is no regular file, such as a pipe, is read as CSV.
   *
   * @param fit how pictures become the model's input
   * @param spec how rows of text are read
   * @throws MalformedDataException if the file is of none of these kinds, or broken
   * @throws IOException if the file cannot be read
   */
  static Examples open(Path file, PictureFit fit, TableSpec spec) throws IOException {
    if (Files.isDirectory(file)) {
      return PictureExamples.of(PictureFiles.open(file), fit);
    }
    int inputs = fit.input().size();
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return CsvExamples.of(file, inputs, spec);
    }
    return switch (FileKind.of(file)) {
      case ARRAY -> RowExamples.open(file, fit.input());
      case IDX -> IdxExamples.open(file, fit);
      case PICTURE -> PictureExamples.of(PictureFiles.single(file), fit);
      case ARCHIVE -> PictureExamples.of(PictureFiles.open(file), fit);
      case TEXT -> CsvExamples.of(file, inputs, spec);
    };
  }

  /**
   * Rows of CSV from a stream.
   *
   * @param name what messages call it
   * @param inputs numbers per row, ≥ 1
   * @param spec how rows are read
   * @throws MalformedDataException if it is broken from the start
   */
  static Examples ofCsv(InputStream in, String name, int inputs, TableSpec spec)
      throws IOException {
    return CsvExamples.of(in, name, inputs, spec);
  }
}
