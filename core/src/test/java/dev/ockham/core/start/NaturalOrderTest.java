package dev.ockham.core.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {

  @Test
  void numbersWithinNamesCount() {
    List<String> ordered =
        List.of(
            "0.weight",
            "2.weight",
            "10.weight",
            "features.9.bias",
            "features.10.bias",
            "layer1.0",
            "layer1.0.conv",
            "layer1.10.conv",
            "layer10.0.conv");
    List<String> shuffled = new ArrayList<>(ordered);
    Collections.reverse(shuffled);
    shuffled.sort(NaturalOrder.OF_NAMES);
    assertThat(shuffled).isEqualTo(ordered);
  }

  @Test
  void differentNamesAreNeverEqual() {
    assertThat(Integer.signum(NaturalOrder.OF_NAMES.compare("a01", "a1"))).isEqualTo(-1);
    assertThat(Integer.signum(NaturalOrder.OF_NAMES.compare("a1", "a01"))).isEqualTo(1);
    assertThat(NaturalOrder.OF_NAMES.compare("a1", "a1")).isZero();
  }
}
