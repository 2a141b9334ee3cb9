package dev.ockham.core.input;

import dev.ockham.core.array.ArrayData;
import dev.ockham.core.array.ArrayInputs;
import dev.ockham.core.array.ArrayRows;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.graph.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Arrays of NumPy, one for each input of a model. */
public final class ArrayExamples implements Examples {
  private final Path place;
  private final ArrayInputs arrays;
  private final InputOrder order;
  private final float[] row;
  private int at;

  private ArrayExamples(Path place, ArrayInputs arrays, InputOrder order) {
    this.place = place;
    this.arrays = arrays;
    this.order = order;
    this.row = new float[arrays.size()];
  }

  /** Whether a path is of arrays: an {@code .npz} or {@code .npy} file, or a folder of these. */
  public static boolean isAt(Path place) throws IOException {
    return Files.exists(place) && (ArrayData.isAt(place) || ArrayInputs.isNpy(place));
  }

  /**
   * Opens arrays for a model. One array for one input is read row by row, whatever it is called.
   *
   * @throws MalformedDataException naming an array that is wrong
   * @throws IllegalArgumentException naming arrays that are missing, are there beyond the model's
   *     inputs, or are of another shape
   */
  public static Examples open(Path place, Graph graph) throws IOException {
    if (graph.inputs().size() == 1 && ArrayRows.isOne(place)) {
      return RowExamples.open(place, graph.inputs().getFirst().shape());
    }
    ArrayInputs arrays = ArrayInputs.open(place, graph);
    return new ArrayExamples(
        place, arrays, InputOrder.of(place.toString(), arrays.inputs(), graph));
  }

  @Override
  public long count() {
    return arrays.count();
  }

  @Override
  public boolean next(float[] into, int from) throws IOException {
    if (at == arrays.count()) {
      return false;
    }
    arrays.write(at, row, 0);
    try {
      order.write(row, 0, into, from);
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException(
          place.toString(),
          MalformedDataException.WHOLE_FILE,
          "example %s: %s".formatted(at, e.getMessage()),
          e);
    }
    at++;
    return true;
  }

  @Override
  public void close() {
    // Mapped memory goes with the arrays.
  }
}
