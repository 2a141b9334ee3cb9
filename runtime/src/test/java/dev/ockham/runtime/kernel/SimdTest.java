package dev.ockham.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class SimdTest {

  /** The tests run on a Java that takes the classes of src/main/java25, with the module added. */
  @Test
  void vectorsAreThoseOfTheMachine() {
    int floats = Math.min(Slices.ROWS, FloatVector.SPECIES_PREFERRED.length());

    assertThat(Simd.vectors()).hasToString("vectors of " + floats + " floats");
  }

  @Test
  void planesHaveZerosBetweenWhatIsCopied() {
    int[] places = {-1, 0, 1, -1, 2, 3, -1, 5, 4, -1, -1};
    float[] from = Scratch.value(6, 16);
    for (int i = 0; i < 96; i++) {
      from[i] = i + 1;
    }
    for (int lanes : new int[] {1, 16}) {
      for (Arithmetic loops : new Arithmetic[] {new ScalarArithmetic(), Simd.vectors()}) {
        float[] to = Scratch.value(places.length, lanes);
        Arrays.fill(to, Float.NaN);
        loops.planes(Runs.of(places, 0, 6), places.length, from, to, lanes);
        for (int p = 0; p < places.length; p++) {
          for (int i = 0; i < lanes; i++) {
            float expected = places[p] < 0 ? 0 : places[p] * lanes + i + 1;
            assertThat(to[p * lanes + i]).as("%s, place %s", loops, p).isEqualTo(expected);
          }
        }
      }
    }
  }
}
