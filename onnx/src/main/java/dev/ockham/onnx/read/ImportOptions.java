package dev.ockham.onnx.read;

import java.util.List;
import java.util.Map;

/**
 * What a file leaves open and the caller says.
 *
 * @param shapes sizes of all axes of an input by its name, the axis of the batch as 1, for inputs
 *     of which the file leaves more open than the batch
 * @param batched whether one axis of each input is that of the batch; if not, an input is one
 *     example as it is
 */
public record ImportOptions(Map<String, List<Integer>> shapes, boolean batched) {
  /** Nothing but what the file says. */
  public static final ImportOptions NONE = new ImportOptions(Map.of(), true);

  /** Copies the map. */
  public ImportOptions {
    shapes = Map.copyOf(shapes);
  }

  /** Sizes of all axes of some inputs, by their names. */
  public static ImportOptions shapes(Map<String, List<Integer>> shapes) {
    return new ImportOptions(shapes, true);
  }

  /** Inputs are single examples, without an axis for a batch. */
  public static ImportOptions unbatched() {
    return new ImportOptions(Map.of(), false);
  }
}
