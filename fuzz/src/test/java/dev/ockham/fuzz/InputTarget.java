package dev.ockham.fuzz;

import dev.ockham.core.input.Examples;
import dev.ockham.core.input.PictureFit;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;

/** Files of any kind that {@code predict} takes, told by their contents: gzip, zip, IDX, arrays. */
public final class InputTarget {

  private InputTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orReadFile(
        data,
        Scratch.file("input"),
        file -> {
          try (Examples rows =
              Examples.open(file, new PictureFit(Shape.of(4), true, false), TableSpec.defaults())) {
            float[] row = new float[4];
            while (rows.next(row, 0)) {
              Arrays.fill(row, 0);
            }
          }
        });
  }
}
