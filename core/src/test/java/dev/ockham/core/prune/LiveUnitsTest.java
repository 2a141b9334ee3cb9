package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.runtime.model.Shape;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveUnitsTest {

  private static final Architecture MLP = Architectures.parse("mlp:5-4-2");
  private static final Architecture CONV =
      Architectures.parse("net:1x6x6-conv3x3-pool2-relu-flatten-dense4-relu-dense2");

  private static BitSet bits(int... units) {
    BitSet bits = new BitSet();
    for (int unit : units) {
      bits.set(unit);
    }
    return bits;
  }

  @Test
  void aDenseNetworkLosesInputsAndUnits() {
    LiveUnits live = LiveUnits.of(MLP, bits(0, 2), List.of(bits(1, 3), bits(0, 1)));
    assertThat(live.architecture().input()).isEqualTo(Shape.flat(2));
    assertThat(live.architecture().linearLayers())
        .extracting(LayerSpec.Linear::weights)
        .containsExactly(4L, 4L);
    float[] first = new float[20];
    for (int i = 0; i < first.length; i++) {
      first[i] = i + 1;
    }
    float[] left = live.weightsOf(0, first);
    assertThat(left).containsExactly(6, 8, 16, 18);
    assertThat(live.weightsOf(1, new float[] {1, 2, 3, 4, 5, 6, 7, 8})).containsExactly(2, 4, 6, 8);
    float[] spread = live.spreadWeights(0, left, -1);
    assertThat(spread).hasSize(20).startsWith(-1, -1, -1, -1, -1, 6, -1, 8);
    assertThat(live.outputsOf(0, new float[] {1, 2, 3, 4})).containsExactly(2, 4);
    assertThat(live.spreadOutputs(0, new float[] {2, 4})).containsExactly(0, 2, 0, 4);
    assertThat(live.preActivations(0)).containsExactly(1, 3);
  }

  @Test
  void aChannelTakesItsPositionsAndColumnsAlong() {
    LiveUnits live = LiveUnits.of(CONV, bits(0), List.of(bits(0, 2), bits(1), bits(0, 1)));
    assertThat(live.architecture().input()).isEqualTo(CONV.input());
    assertThat(live.architecture().linearLayers())
        .extracting(LayerSpec.Linear::shape)
        .containsExactly(new long[] {2, 1, 3, 3}, new long[] {1, 8}, new long[] {2, 1});
    assertThat(live.preActivations(0)).hasSize(32).startsWith(0, 1).contains(32, 47);
    float[] dense = new float[4 * 12];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = i;
    }
    assertThat(live.weightsOf(1, dense)).containsExactly(12, 13, 14, 15, 20, 21, 22, 23);
  }

  @Test
  void aPartOfAPartKeepsTheFirstNumbers() {
    LiveUnits once = LiveUnits.of(MLP, bits(0, 2, 4), List.of(bits(1, 2, 3), bits(0, 1)));
    LiveUnits part = LiveUnits.of(once.architecture(), bits(1, 2), List.of(bits(0, 2), bits(0, 1)));
    LiveUnits twice = once.then(part);
    assertThat(twice.inputs()).containsExactly(2, 4);
    assertThat(twice.outputs(0)).containsExactly(1, 3);
    assertThat(twice.original()).isEqualTo(MLP);
  }

  @Test
  void textTellsAllOfIt() {
    LiveUnits live = LiveUnits.of(CONV, bits(0), List.of(bits(0, 2), bits(1), bits(0, 1)));
    assertThat(LiveUnits.of(CONV, live.toMetadata()))
        .isEqualTo(live)
        .hasSameHashCodeAs(live)
        .isNotEqualTo(LiveUnits.all(CONV));
    assertThat(LiveUnits.all(CONV).toMetadata()).isEmpty();
    assertThat(LiveUnits.of(CONV, Map.of()).isAll()).isTrue();
  }

  @Test
  void whatIsNoPartIsRefused() {
    Map<String, String> metadata =
        new HashMap<>(LiveUnits.of(MLP, bits(0, 2), List.of(bits(1, 3), bits(0, 1))).toMetadata());
    refused(metadata, "live.dense1", "1 x", "live.dense1: 'x' is not the number of a unit");
    refused(metadata, "live.dense1", "1 9", "dense1: {1, 9} are not 1 to 4 units from 0");
    refused(metadata, "live.dense2", "0", "every class needs its output");
    refused(metadata, "live.inputs", "5", "inputs: {5} are not 1 to 5 units from 0");
    metadata.remove("live.dense1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LiveUnits.of(MLP, metadata))
        .withMessage("live.dense1: '' is not the number of a unit");
    Architecture pooled = Architectures.parse("net:1x4x4-pool2-flatten-dense2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LiveUnits.of(pooled, bits(0), List.of(bits(0, 1))))
        .withMessageContaining("reads all of its inputs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LiveUnits.of(MLP, bits(0), List.of(bits(0, 1))))
        .withMessageContaining("1 layers");
  }

  private static void refused(
      Map<String, String> metadata, String key, String value, String message) {
    Map<String, String> changed = new HashMap<>(metadata);
    changed.put(key, value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LiveUnits.of(MLP, changed))
        .withMessage(message);
  }
}
