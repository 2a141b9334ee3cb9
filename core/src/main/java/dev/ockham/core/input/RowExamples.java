package dev.ockham.core.input;

import dev.ockham.core.array.ArrayRows;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.nio.file.Path;

/** The examples of an array of NumPy: {@code .npy}, or one of an {@code .npz}. */
public final class RowExamples implements Examples {

  private final ArrayRows rows;

  private RowExamples(ArrayRows rows) {
    this.rows = rows;
  }

  static RowExamples open(Path file, Shape input) throws IOException {
    return new RowExamples(ArrayRows.open(file, input));
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
