package dev.ockham.runtime.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What a builder refuses is said with node, operator and shapes. */
class GraphBuilderTest {
  private final GraphBuilder builder = new GraphBuilder();
  private final Value x = builder.input("x", 3, 8, 8);

  @Test
  void aLayerWithoutOutputsIsRefused() {
    assertThatThrownBy(() -> builder.conv2d(x, 0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("node 'conv1' (convolution): outputs = 0, it must be >= 1; it reads [3×8×8]");
    assertThatThrownBy(() -> builder.named("fc").dense(builder.flatten(x), -1))
        .hasMessage("node 'fc' (linear): outputs = -1, it must be >= 1; it reads [192]");
  }

  @Test
  void settingsAreRefusedLikeShapes() {
    assertThatThrownBy(() -> builder.permute(x, 0, 0, 1))
        .hasMessage(
            "node 'permute1' (permute): its order [0, 0, 1] lacks axis 2; it reads [3×8×8]");
    assertThatThrownBy(() -> builder.slice(x, 0, 0, 1, 0))
        .hasMessage("node 'slice1' (slice): step = 0, it must be >= 1; it reads [3×8×8]");
  }
}
