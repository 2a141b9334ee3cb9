package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.LocalResponse;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import dev.ockham.train.SmallData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator that people write trains, is pruned, compacted, saved, loaded and run. */
class EveryOperatorTest {
  private static final int EXAMPLES = 12;

  @TempDir private Path temp;

  static List<Architecture> networks() {
    List<Architecture> networks = new ArrayList<>();
    for (String text :
        List.of(
            "net:1x8x8-conv4x3p1to0s2-bn-relu-dw3p1-elu0.5-conv4x2d2-gn2-gelu-gap-dense4",
            "net:1x8x8-conv4x3p1g1-in-gelutanh-conv4x3g2-pool3p1s2ceil-avg2p1nopad-flatten-dense4",
            "net:1x8x8-convt3x2s2-silu-resize5-mish-resize9linear-hswish-resize7corners-gmp-dense4",
            "net:1x8x8-pad1-conv3x3-softsign-slice1x0to6s2-permute0x2x1-softmax-min2-flatten-dense4",
            "net:1x8x8-reshape4x4x4-lrn3-conv4x2-relu6-sum1-max1-dense4",
            "net:1x8x8-flatten-dense9-logsoftmax-dense4",
            "net:1x8x8-steps16x4-swap-convt3x3p1s2o1-conv4x3p2to0-prelu-mean1-dense4",
            "net:t8x8-dense4-ln-lstm4seq-bigru3seq-rnn3-dense4",
            "net:t8x8-bilstm2seq-birnn2seq-gru3-dense4",
            "net:t64-embed256x3-mean0-dense4")) {
      networks.add(Architectures.parse(text));
    }
    networks.add(Architecture.of("functions", functions()));
    networks.add(Architecture.of("branches", branches()));
    return networks;
  }

  /** Every function of a number, of what a function of some weights gives. */
  private static Graph functions() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.flatten(g.input("image", 1, 8, 8));
    List<Value> values = new ArrayList<>();
    for (Activation.Function function : Activation.Function.values()) {
      Value positive = g.activation(g.dense(x, 2), Activation.Function.SIGMOID);
      float first = function.settings() > 0 ? 0.25f : 0;
      float second = function.settings() > 1 ? 0.75f : 0;
      values.add(g.node("function", new Activation(function, first, second), positive));
    }
    return g.build(g.dense(g.concat(0, values.toArray(Value[]::new)), 4));
  }

  /** What takes two values. */
  private static Graph branches() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.flatten(g.input("image", 1, 8, 8));
    Value a = g.dense(x, 6);
    Value b = g.activation(g.dense(x, 6), Activation.Function.SIGMOID);
    Value c = g.add(g.learnt(b.shape(), 0), g.activation(b, Activation.Function.EXP));
    Value both = g.concat(0, g.subtract(g.multiply(a, b), a), g.divide(a, c));
    Value bounds = g.minimum(g.maximum(a, b), c);
    Value m = g.reshape(g.concat(0, both, g.power(c, b), bounds), 6, 4);
    Value products = g.matrixProduct(g.softmax(g.matrixProductTransposed(m, m)), m);
    return g.build(g.dense(g.flatten(products), 4));
  }

  @Test
  void nothingOfTheListIsMissing() {
    Set<Object> seen = new HashSet<>();
    for (Architecture network : networks()) {
      for (Node node : network.graph().nodes()) {
        seen.add(node.operator().getClass());
        switch (node.operator()) {
          case Activation activation -> seen.add(activation.function());
          case Combine combine -> seen.add(combine.by());
          case Normalize norm -> seen.add(norm.over());
          case Reduce reduce -> seen.add(reduce.to());
          default -> {}
        }
      }
    }
    assertThat(seen)
        .contains((Object[]) Activation.Function.values())
        .contains((Object[]) Combine.By.values())
        .contains((Object[]) Normalize.Over.values())
        .contains((Object[]) Reduce.To.values())
        .contains(
            Concat.class,
            Convolution.class,
            ConvolutionTransposed.class,
            Embed.class,
            Linear.class,
            LocalResponse.class,
            MatrixProduct.class,
            Pad.class,
            Permute.class,
            Pool.class,
            PRelu.class,
            Recurrent.class,
            Reshape.class,
            Resize.class,
            Slice.class,
            Softmax.class);
  }

  static List<Architecture> some() {
    List<Architecture> all = networks();
    return List.of(all.get(0), all.get(2), all.get(7), all.getLast());
  }

  @ParameterizedTest
  @MethodSource("some")
  void trainsIsPrunedSavedAndRun(Architecture network) throws Exception {
    isOneInAllItsForms(network);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("networks")
  void allTrainArePrunedSavedAndRun(Architecture network) throws Exception {
    isOneInAllItsForms(network);
  }

  private void isOneInAllItsForms(Architecture network) throws Exception {
    Dataset data = SmallData.of(24);
    TrainedRun run =
        Training.run(spec(), network, data, temp.resolve("run"), TrainingListener.SILENT);
    Snapshot snapshot = run.snapshot();
    List<Mask> masks = new ArrayList<>();
    for (Snapshot.Layer layer : snapshot.layers()) {
      float[] start = new float[layer.theta().length];
      assertThat(layer.theta()).as("%s", layer.weights().name()).isNotEqualTo(start);
      masks.add(Mask.toSparsity(List.of(layer.logAlpha()), 0.5).masks().getFirst());
    }
    Model masked = snapshot.masked(masks);
    Model compact = Compaction.compact(masked);
    assertThat(compact.nonZeroWeights())
        .isBetween(1L, network.weights() / 2 + snapshot.layers().size());
    float[] answers = answers(masked, data);
    assertThat(answers).isNotEqualTo(new float[answers.length]);
    float largest = 0;
    for (float answer : answers) {
      largest = Math.max(largest, Math.abs(answer));
    }
    assertThat(answers(compact, data)).containsExactly(answers, within(1e-5f * largest));
    Path file = temp.resolve("model.safetensors");
    ModelFile.of(compact, Map.of()).save(file);
    assertThat(answers(ModelFile.load(file).model(), data)).isEqualTo(answers(compact, data));
  }

  private static float[] answers(Model model, Dataset data) {
    return Plan.of(model).run(data.test().values(0, EXAMPLES), EXAMPLES, 1);
  }

  private static RunSpec spec() {
    return RunSpec.defaults()
        .with("method.name", "sparse-vd")
        .with("training.epochs", 1)
        .with("training.batch", 12)
        .with("training.on_collapse", "continue")
        .with("training.threads", 1);
  }
}
