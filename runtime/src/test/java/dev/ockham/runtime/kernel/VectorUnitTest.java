package dev.ockham.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorUnitTest {

  /** The tests run on a Java that takes the classes of src/main/java25, with the module added. */
  @Test
  void isThatOfTheMachine() {
    assertThat(VectorUnit.floats()).isEqualTo(FloatVector.SPECIES_PREFERRED.length());
  }
}
