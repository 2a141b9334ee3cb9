package dev.ockham.train.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.posterior.LocalReparameterization;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The NLL behind a noisy linear layer, a batch norm and a ReLU, in double: gradients by the layer's
 * means and variances, γ and β against central differences.
 */
class BatchNormalizationTest {

  private static final int BATCH = 7;
  private static final double STEP = 1e-6;

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  static Stream<LayerSpec.Linear> layers() {
    return Stream.of(new LayerSpec.Dense("dense", 6, 4), new LayerSpec.Conv2d("conv", 2, 3, 2));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsMatchCentralDifferences(LayerSpec.Linear layer) {
    SplittableRandom random = new SplittableRandom(5);
    int weights = (int) layer.weights();
    // Means, variances, γ and β of the layer.
    double[][] parameters = {
      normals(random, weights), positive(random, weights),
      normals(random, layer.outputs()), normals(random, layer.outputs())
    };
    double[] inputAndNoise = normals(random, 2000);
    double[][] analytic = gradient(layer, parameters, inputAndNoise);
    for (int p = 0; p < parameters.length; p++) {
      for (int i = 0; i < parameters[p].length; i++) {
        double at = parameters[p][i];
        parameters[p][i] = at + STEP;
        double up = value(layer, parameters, inputAndNoise);
        parameters[p][i] = at - STEP;
        double down = value(layer, parameters, inputAndNoise);
        parameters[p][i] = at;
        double numeric = (up - down) / (2 * STEP);
        assertThat(analytic[p][i])
            .as("%s, parameter %d [%d]", layer.name(), p, i)
            .isCloseTo(numeric, within(1e-6 * Math.max(1, Math.abs(numeric))));
      }
    }
  }

  @Test
  void aUnitThatIsTheSameForAllGivesBetaAndFiniteGradients() {
    try (TensorScope _ = new TensorScope()) {
      double[] same = {3, 3, 3, 3};
      Tensor input = tensor(same, 0, 4, 1).set_requires_grad(true);
      Tensor gamma = tensor(new double[] {5}, 0, 1);
      Tensor beta = tensor(new double[] {-0.25}, 0, 1);
      Tensor output = BatchNormalization.ofBatch(input, gamma, beta);
      output.square().sum().backward();
      for (double value : doubles(output.contiguous())) {
        assertThat(value).isCloseTo(-0.25, within(1e-9)); // x and its mean times 5/√ε cancel
      }
      assertThat(doubles(input.grad())).containsOnly(0);
    }
  }

  private static double value(LayerSpec.Linear layer, double[][] parameters, double[] fixed) {
    try (TensorScope _ = new TensorScope()) {
      return nll(layer, tensors(layer, parameters), fixed).item_double();
    }
  }

  private static double[][] gradient(
      LayerSpec.Linear layer, double[][] parameters, double[] fixed) {
    try (TensorScope _ = new TensorScope()) {
      Tensor[] tensors = tensors(layer, parameters);
      double[][] gradient = new double[tensors.length][];
      for (Tensor tensor : tensors) {
        tensor.set_requires_grad(true);
      }
      nll(layer, tensors, fixed).backward();
      for (int p = 0; p < tensors.length; p++) {
        gradient[p] = doubles(tensors[p].grad().contiguous());
      }
      return gradient;
    }
  }

  private static Tensor[] tensors(LayerSpec.Linear layer, double[][] parameters) {
    return new Tensor[] {
      tensor(parameters[0], 0, layer.shape()),
      tensor(parameters[1], 0, layer.shape()),
      tensor(parameters[2], 0, layer.outputs()),
      tensor(parameters[3], 0, layer.outputs())
    };
  }

  private static Tensor nll(LayerSpec.Linear layer, Tensor[] parameters, double[] fixed) {
    boolean dense = layer instanceof LayerSpec.Dense;
    Tensor input =
        dense ? tensor(fixed, 0, BATCH, layer.fanIn()) : tensor(fixed, 0, BATCH, 2, 4, 4);
    Tensor zeta =
        dense
            ? tensor(fixed, 500, BATCH, layer.outputs())
            : tensor(fixed, 500, BATCH, layer.outputs(), 3, 3);
    Tensor bias = tensor(fixed, 1000, layer.outputs());
    Tensor h =
        LocalReparameterization.activation(layer, input, parameters[0], parameters[1], bias, zeta);
    Tensor normed = torch.relu(BatchNormalization.ofBatch(h, parameters[2], parameters[3]));
    Tensor logits = dense ? normed : normed.sum(new long[] {2, 3}, false, null);
    Tensor labels =
        torch
            .arange(new Scalar(BATCH))
            .remainder(new Scalar(layer.outputs()))
            .to(torch.ScalarType.Long);
    return torch.cross_entropy_loss(logits, labels, new TensorOptional(), 2, -100, 0);
  }

  private static double[] doubles(Tensor tensor) {
    return TensorMemory.of(tensor).toArray(ValueLayout.JAVA_DOUBLE);
  }

  private static double[] normals(SplittableRandom random, int count) {
    return random.doubles(count).map(u -> 2 * u - 1).toArray();
  }

  private static double[] positive(SplittableRandom random, int count) {
    return random.doubles(count, 0.01, 0.5).toArray();
  }

  private static Tensor tensor(double[] values, int from, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    DoublePointer pointer = new DoublePointer(count);
    pointer.put(values, from, count);
    return torch.from_blob(pointer, shape, new TensorOptions(torch.ScalarType.Double)).clone();
  }
}
