package dev.ockham.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.SmallData;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Shrinking;
import dev.ockham.train.network.WeightLayer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network without its dead units against the one that has them still. */
class ShrinkingTest {

  private static final int BATCH = 24;
  private static final int STEPS = 50;
  private static final double LEARNING_RATE = 2e-3;
  private static final double KL_SCALE = 1e-3;
  private static final long SEED = 5;
  private static final AdamSpec ADAM = new AdamSpec(0.9, 0.999, 1e-3);
  private static final InputScaling SCALING = InputScaling.all(50, 0.02f);

  private static final String MLP = "mlp:64-40-12-4";
  private static final String CONV =
      "net:1x8x8-conv40x3-pool2-relu-conv6x2-relu-flatten-dense12-relu-dense4";

  private static final String NORMED =
      "net:1x8x8-conv40x3-bn-pool2-relu-conv6x2-bn-relu-flatten-dense12-bn-relu-dense4";

  /** Units of the first layer that read nothing. */
  private static final Set<Integer> CONSTANT = Set.of(0, 3, 4, 33);

  /** A unit of the first layer, and one of the second, that nobody reads. */
  private static final int UNREAD = 1;

  /** An input that is not read, in networks whose first layer can drop inputs. */
  private static final int UNREAD_INPUT = 9;

  private final Kernels kernels = Kernels.create();
  private final Images images = SmallData.images(BATCH, 3);
  private final int[] batch = IntStream.range(0, BATCH).toArray();

  @TempDir private Path temp;

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private static MethodSpec method() {
    return RunSpec.defaults().with("method.initial_log_sigma2", -6).method();
  }

  private Network network(String architecture) {
    Network network = new Network(Architectures.parse(architecture), method());
    network.initialize(InitialWeights.HE, SEED, kernels);
    for (WeightLayer layer : network.layers()) {
      float[] bias = new float[layer.tensor().outputs()];
      for (int i = 0; i < bias.length; i++) {
        bias[i] = (i % 3 - 1) * 0.2f;
      }
      TestNetworks.biasOf(network, layer).value().set(bias);
    }
    TestNetworks.fillNorms(network);
    return network;
  }

  /** Masks that make {@link #CONSTANT} and {@link #UNREAD} units, and lack some weights besides. */
  private static List<Mask> masks(Network network) {
    List<Mask> masks = new ArrayList<>();
    int units = network.layers().getFirst().tensor().inputs();
    boolean first = true;
    boolean dropsInputs = UnitSelection.canDropInputs(network.graph());
    for (WeightLayer layer : network.layers()) {
      int columns = layer.tensor().fanIn();
      int run = columns / units;
      boolean input = first;
      boolean last = masks.size() == network.layers().size() - 1;
      masks.add(
          Mask.all((int) layer.tensor().weights())
              .where(i -> {
                int row = i / columns;
                int unit = i % columns / run;
                boolean constant = input && CONSTANT.contains(row);
                boolean unread = input ? dropsInputs && unit == UNREAD_INPUT : unit == UNREAD;
                return !constant && !unread && (last || i % 7 != 0);
              }));
      units = layer.tensor().outputs();
      first = false;
    }
    return masks;
  }

  @ParameterizedTest
  @ValueSource(strings = {MLP, CONV, NORMED})
  void deadUnitsLeaveAndTheFunctionStays(String architecture) {
    try (Network network = network(architecture);
        Network smaller = Shrinking.shrink(network, masks(network), kernels).orElseThrow()) {
      UnitSelection live = smaller.live();
      List<String> names = names(network);
      assertThat(live.units(names.get(0)))
          .hasSize(40 - CONSTANT.size() - 1)
          .doesNotContain(0, 1, 3, 4, 33);
      assertThat(live.units(names.get(1))).doesNotContain(UNREAD).contains(0, 2);
      assertThat(live.inputs()).hasSize(UnitSelection.canDropInputs(live.original()) ? 63 : 1);
      assertThat(smaller.graph().weights()).isLessThan(network.graph().weights());

      // The smaller network keeps what the masks take from units that stay; take it from both.
      List<Mask> masks = masks(network);
      for (int i = 0; i < masks.size(); i++) {
        Mask mask = masks.get(i);
        float[] kept = new float[mask.length()];
        for (int k = 0; k < kept.length; k++) {
          kept[k] = mask.keeps(k) ? 0 : 1;
        }
        float[] left = live.weightsOf(parameter(network, i), kept);
        smaller.layers().get(i).weights().keepOnly(Mask.below(left, 0.5f));
        network.layers().get(i).weights().keepOnly(mask);
      }
      assertThat(meanNll(smaller)).isCloseTo(meanNll(network), within(1e-5));
    }
  }

  private double meanNll(Network network) {
    try (ParallelRanges team = new ParallelRanges(1);
        TrainingStep step = new TrainingStep(network, ADAM, SCALING, BATCH, kernels, team)) {
      return step.run(images, batch, plan(0, false)) / BATCH;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MLP, CONV, NORMED})
  void fiftyStepsFollowTheMaskedNetwork(String architecture) throws Exception {
    RunFolder folder = new RunFolder(temp);
    try (Network network = network(architecture);
        Network smaller = Shrinking.shrink(network, masks(network), kernels).orElseThrow();
        Network masked = new Network(network.architecture(), method());
        ParallelRanges team = new ParallelRanges(1)) {
      Checkpoint.write(folder, Position.START, smaller.live(), smaller.toStored());
      masked.restore(Checkpoint.read(folder), kernels);
      List<Mask> live = new ArrayList<>();
      for (int i = 0; i < masked.layers().size(); i++) {
        float[] ones = new float[(int) smaller.layers().get(i).tensor().weights()];
        live.add(Mask.below(smaller.live().spread(parameter(masked, i), ones, 1), 0.5f));
      }
      keepOnly(masked, live);
      try (TrainingStep large = new TrainingStep(masked, ADAM, SCALING, BATCH, kernels, team);
          TrainingStep small = new TrainingStep(smaller, ADAM, SCALING, BATCH, kernels, team)) {
        for (int step = 0; step < STEPS; step++) {
          double expected = large.run(images, batch, plan(step, true)) / BATCH;
          double actual = small.run(images, batch, plan(step, true)) / BATCH;
          assertThat(actual).as("NLL at step %s", step).isCloseTo(expected, within(2e-5));
          keepOnly(masked, live);
        }
      }
      for (int i = 0; i < masked.layers().size(); i++) {
        float[] expected = masked.layers().get(i).weights().theta().value().toArray();
        float[] actual = smaller.layers().get(i).weights().theta().value().toArray();
        float[] spread = smaller.live().spread(parameter(masked, i), actual, 0);
        for (int k = 0; k < expected.length; k++) {
          assertThat(spread[k]).isCloseTo(expected[k], within(2e-4f));
        }
      }
    }
  }

  private static void keepOnly(Network network, List<Mask> masks) {
    for (int i = 0; i < masks.size(); i++) {
      network.layers().get(i).weights().keepOnly(masks.get(i));
    }
  }

  /** Units die by and by; places in the original must not get lost on the way. */
  @Test
  void shrinkingTwiceIsShrinkingOnce() {
    try (Network network = network(MLP)) {
      List<Mask> all = masks(network);
      List<Mask> some = new ArrayList<>(all);
      some.set(0, Mask.all(all.getFirst().length()).where(i -> i / 64 != 3));
      try (Network once = Shrinking.shrink(network, all, kernels).orElseThrow();
          Network between = Shrinking.shrink(network, some, kernels).orElseThrow()) {
        List<Mask> rest = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
          float[] kept = new float[all.get(i).length()];
          for (int k = 0; k < kept.length; k++) {
            kept[k] = all.get(i).keeps(k) ? 0 : 1;
          }
          rest.add(Mask.below(between.live().weightsOf(parameter(network, i), kept), 0.5f));
        }
        try (Network twice = Shrinking.shrink(between, rest, kernels).orElseThrow()) {
          assertThat(twice.live()).isEqualTo(once.live());
          for (int i = 0; i < twice.layers().size(); i++) {
            assertThat(twice.layers().get(i).weights().theta().value().toArray())
                .isEqualTo(once.layers().get(i).weights().theta().value().toArray());
          }
        }
      }
    }
  }

  @Test
  void aLayerThatWouldLoseAllItsUnitsLosesNone() {
    try (Network network = network(CONV)) {
      for (int dead = 0; dead < 3; dead++) {
        List<Mask> kept = new ArrayList<>(masks(network));
        kept.set(dead, kept.get(dead).where(_ -> false));
        assertThat(Shrinking.shrink(network, kept, kernels)).as("layer %s", dead).isEmpty();
      }
    }
  }

  @Test
  void allUnitsThatMatterStay() {
    try (Network network = network(MLP)) {
      List<Mask> most =
          network.layers().stream()
              .map(layer -> Mask.all((int) layer.tensor().weights()).where(i -> i % 7 != 0))
              .toList();
      assertThat(Shrinking.shrink(network, most, kernels)).isEmpty();
    }
  }

  @Test
  void someMethodsKeepTheirUnits() {
    assertThat(Shrinking.knows(MethodSpec.of(Method.SPARSE_VD))).isTrue();
    assertThat(Shrinking.knows(MethodSpec.of(Method.ARD))).isTrue();
    assertThat(Shrinking.knows(MethodSpec.of(Method.BNN))).isTrue();
    assertThat(Shrinking.knows(MethodSpec.of(Method.NONE))).isFalse();
    assertThat(Shrinking.knows(MethodSpec.of(Method.MAGNITUDE))).isFalse();
    assertThat(Shrinking.knows(MethodSpec.of(Method.BETA_BERNOULLI))).isFalse();
    assertThat(Shrinking.knows(MethodSpec.of(Method.GROUP_NORMAL_JEFFREYS))).isFalse();
  }

  /** Nodes with weights, in order. */
  private static List<String> names(Network network) {
    return network.layers().stream().map(layer -> layer.tensor().node().name()).toList();
  }

  private static String parameter(Network network, int number) {
    return network.layers().get(number).tensor().parameter().name();
  }

  private static StepPlan plan(int step, boolean noisy) {
    return new StepPlan(SEED, step, step + 1, LEARNING_RATE, noisy ? KL_SCALE : 0, noisy);
  }
}
