package dev.ockham.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.model.DenseMatrix;
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
    assertCopied(places, Runs.of(places, 6));
  }

  @Test
  void shiftedPlanesReadNothingForPadding() {
    int[] places = new int[64];
    Arrays.fill(places, -1);
    for (int p = 17; p < 32; p++) {
      places[p] = p - 17;
    }
    places[40] = 19;
    float[] from = new float[20]; // in no vector of 16 may a number behind its end be read
    for (int i = 0; i < from.length; i++) {
      from[i] = i + 1;
    }
    for (Arithmetic loops : new Arithmetic[] {new ScalarArithmetic(), Simd.vectors()}) {
      Aligned to = new Aligned();
      loops.shifted(new ShiftedPlanes(places), from, to);
      float[] found = numbers(loops, to, places.length);
      for (int p = 0; p < places.length; p++) {
        assertThat(found[p]).as("%s, place %s", loops, p).isEqualTo(places[p] + 1f);
      }
    }
  }

  /** What lies there, by a sum of one term. */
  private static float[] numbers(Arithmetic loops, Aligned aligned, int count) {
    float[] found = Scratch.value(count, 1);
    Terms same = Terms.of(DenseMatrix.of(1, 1, new float[] {1}));
    loops.sums(same, 0, 0, aligned, 0, 1, found, 0, count);
    return found;
  }

  private static void assertCopied(int[] places, Runs copies) {
    float[] from = Scratch.value(8, 16);
    for (int i = 0; i < 128; i++) {
      from[i] = i + 1;
    }
    for (int lanes : new int[] {1, 16}) {
      for (Arithmetic loops : new Arithmetic[] {new ScalarArithmetic(), Simd.vectors()}) {
        Aligned to = new Aligned();
        loops.align(from, 0, places.length, to); // what lay there before
        loops.planes(copies, places.length, from, to, lanes);
        float[] found = numbers(loops, to, places.length * lanes);
        for (int p = 0; p < places.length; p++) {
          for (int i = 0; i < lanes; i++) {
            float expected = places[p] < 0 ? 0 : places[p] * lanes + i + 1;
            assertThat(found[p * lanes + i]).as("%s, place %s", loops, p).isEqualTo(expected);
          }
        }
      }
    }
  }
}
