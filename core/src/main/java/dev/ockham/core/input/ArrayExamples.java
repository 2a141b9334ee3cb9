package dev.ockham.core.input;

import dev.ockham.core.array.ArrayRows;
import java.io.IOException;
import java.nio.file.Path;

/** The examples of an array of NumPy: {@code .npy}, or one of an {@code .npz}. */
public final class ArrayExamples implements Examples {

  private final ArrayRows rows;

  private ArrayExamples(ArrayRows rows) {
    this.rows = rows;
  }

  static ArrayExamples open(Path file, PictureFit fit) throws IOException {
    return new ArrayExamples(ArrayRows.open(file, fit.input()));
  }

  @Override
  public long count() {
    return rows.count();
  }

  @Override
  public boolean next(float[] into, int at) throws IOException {
    return rows.next(into, at);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
