package dev.ockham.train.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Value;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.gate.GateLeaves;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The objective NLL + s·KL of one layer with noise on its weights or inputs, the noise fixed, in
 * double: gradients as training forms them (autograd by θ and σ², or α, the KL's closed form, the
 * chain rule to the logarithms) against central differences of the value.
 */
class GradientCheckTest {

  private static final int BATCH = 5;
  private static final double KL_SCALE = 0.37;
  private static final double STEP = 1e-6;
  private static final double FLOOR = 1e-8;

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  static Stream<WeightTensor> layers() {
    GraphBuilder dense = new GraphBuilder();
    Value features = dense.named("dense").dense(dense.input("features", 6), 4);
    GraphBuilder conv = new GraphBuilder();
    Value channels = conv.named("conv").conv2d(conv.input("image", 2, 4, 4), 3, 2);
    return Stream.of(dense.build(features), conv.build(channels))
        .map(graph -> WeightTensor.of(graph).getFirst());
  }

  /** Every estimator under one term, and every term under one estimator. */
  static Stream<Arguments> layersTermsAndEstimators() {
    return layers()
        .flatMap(layer ->
            Stream.concat(
                Stream.of(KlTerm.values()).map(term -> Arguments.of(layer, term, Estimator.LOCAL)),
                Stream.of(Estimator.PER_EXAMPLE, Estimator.PER_BATCH)
                    .map(estimator -> Arguments.of(layer, KlTerm.EXACT, estimator))));
  }

  static Stream<Arguments> layersAndAlphas() {
    return layers()
        .flatMap(layer -> Stream.of(1, layer.inputs()).map(alphas -> Arguments.of(layer, alphas)));
  }

  @ParameterizedTest
  @MethodSource("layersTermsAndEstimators")
  void matchesCentralDifferences(WeightTensor layer, KlTerm term, Estimator estimator) {
    int weights = (int) layer.weights();
    SplittableRandom random = new SplittableRandom(7);
    double[] theta = normals(random, weights, 0.5);
    double[] logSigma2 = new double[weights];
    for (int i = 0; i < weights; i++) {
      // log α from about -4 to 0.5: every form is smooth there, also those for α ≤ 1 only.
      logSigma2[i] = Math.log(theta[i] * theta[i] + FLOOR) - 4 + 4.5 * random.nextDouble();
    }
    double[] bias = normals(random, layer.outputs(), 0.3);
    Problem problem = new Problem(layer, term, estimator, normals(random, 2000, 1), bias);

    Gradient analytic = problem.gradient(theta, logSigma2);
    for (int i = 0; i < weights; i++) {
      double numericTheta = slope(() -> problem.value(theta, logSigma2), theta, i);
      double numericLogSigma2 = slope(() -> problem.value(theta, logSigma2), logSigma2, i);
      assertThat(analytic.byTheta()[i])
          .as("%s, %s, %s, theta[%s]", layer.name(), term, estimator, i)
          .isCloseTo(numericTheta, within(numericTheta));
      assertThat(analytic.byLogSigma2()[i])
          .as("%s, %s, %s, logSigma2[%s]", layer.name(), term, estimator, i)
          .isCloseTo(numericLogSigma2, within(numericLogSigma2));
    }
  }

  /**
   * A gate of Gaussian noise before a layer of plain weights: gradients by log α and the weights.
   */
  @ParameterizedTest
  @MethodSource("layersAndAlphas")
  void gatesMatchCentralDifferences(WeightTensor layer, int alphas) {
    SplittableRandom random = new SplittableRandom(8);
    double[] theta = normals(random, (int) layer.weights(), 0.5);
    double[] logAlpha = random.doubles(alphas, -4, 1).toArray();
    double[] bias = normals(random, layer.outputs(), 0.3);
    Problem problem =
        new Problem(layer, KlTerm.EXACT, Estimator.LOCAL, normals(random, 2000, 1), bias);

    Gradient analytic;
    try (TensorScope _ = new TensorScope()) {
      Tensor t = problem.weightTensor(theta).set_requires_grad(true);
      Tensor a = tensor(exp(logAlpha), 0, alphas).set_requires_grad(true);
      problem.gatedNll(t, a).backward();
      double[] byAlpha = TensorMemory.of(a.grad()).toArray(ValueLayout.JAVA_DOUBLE);
      for (int i = 0; i < alphas; i++) {
        byAlpha[i] *= Math.exp(logAlpha[i]);
      }
      analytic = new Gradient(TensorMemory.of(t.grad()).toArray(ValueLayout.JAVA_DOUBLE), byAlpha);
    }
    DoubleSupplier value =
        () -> {
          try (TensorScope _ = new TensorScope()) {
            Tensor t = problem.weightTensor(theta);
            return problem.gatedNll(t, tensor(exp(logAlpha), 0, alphas)).item_double();
          }
        };
    for (int i = 0; i < theta.length; i++) {
      double numeric = slope(value, theta, i);
      assertThat(analytic.byTheta()[i]).as("theta[%s]", i).isCloseTo(numeric, within(numeric));
    }
    for (int i = 0; i < alphas; i++) {
      double numeric = slope(value, logAlpha, i);
      assertThat(analytic.byLogSigma2()[i])
          .as("logAlpha[%s]", i)
          .isCloseTo(numeric, within(numeric));
    }
  }

  /** Central difference of a value by one entry of an array that it reads. */
  private static double slope(DoubleSupplier value, double[] moved, int index) {
    double at = moved[index];
    moved[index] = at + STEP;
    double up = value.getAsDouble();
    moved[index] = at - STEP;
    double down = value.getAsDouble();
    moved[index] = at;
    return (up - down) / (2 * STEP);
  }

  private static org.assertj.core.data.Offset<Double> within(double expected) {
    return org.assertj.core.api.Assertions.within(2e-7 * Math.max(1, Math.abs(expected)));
  }

  private static double[] normals(SplittableRandom random, int count, double deviation) {
    return random.doubles(count).map(u -> deviation * 3.4 * (u - 0.5)).toArray();
  }

  @SuppressWarnings("ArrayRecordComponent") // read once
  private record Gradient(double[] byTheta, double[] byLogSigma2) {}

  /** One layer, a head that sums positions, fixed inputs, labels and noise. */
  @SuppressWarnings("ArrayRecordComponent") // read once
  private record Problem(
      WeightTensor layer, KlTerm term, Estimator estimator, double[] noise, double[] bias) {

    double value(double[] theta, double[] logSigma2) {
      double kl = 0;
      for (int i = 0; i < theta.length; i++) {
        kl += term.value(logSigma2[i] - Math.log(theta[i] * theta[i] + FLOOR));
      }
      try (TensorScope _ = new TensorScope()) {
        double[] sigma2 = exp(logSigma2);
        return nll(weightTensor(theta), weightTensor(sigma2)).item_double() + KL_SCALE * kl;
      }
    }

    Gradient gradient(double[] theta, double[] logSigma2) {
      try (TensorScope _ = new TensorScope()) {
        double[] sigma2 = exp(logSigma2);
        Tensor t = weightTensor(theta).set_requires_grad(true);
        Tensor s = weightTensor(sigma2).set_requires_grad(true);
        nll(t, s).backward();
        double[] byTheta = TensorMemory.of(t.grad()).toArray(ValueLayout.JAVA_DOUBLE);
        double[] bySigma2 = TensorMemory.of(s.grad()).toArray(ValueLayout.JAVA_DOUBLE);
        for (int i = 0; i < theta.length; i++) {
          double floored = theta[i] * theta[i] + FLOOR;
          double slope = term.derivative(logSigma2[i] - Math.log(floored));
          byTheta[i] += KL_SCALE * -2 * theta[i] * slope / floored;
          bySigma2[i] = sigma2[i] * bySigma2[i] + KL_SCALE * slope;
        }
        return new Gradient(byTheta, bySigma2);
      }
    }

    private Tensor nll(Tensor theta, Tensor sigma2) {
      Tensor input = input();
      long[] noiseShape =
          switch (estimator) {
            case LOCAL -> TorchLinearMap.apply(operator(), input, theta, null).shape();
            case PER_BATCH -> layer.shape();
            case PER_EXAMPLE ->
                LongStream.concat(LongStream.of(BATCH), LongStream.of(layer.shape())).toArray();
          };
      Tensor fixed = tensor(noise, 500, noiseShape);
      Tensor added = tensor(bias, 0, layer.outputs());
      return crossEntropy(
          switch (estimator) {
            case LOCAL -> TorchLinearMap.local(operator(), input, theta, sigma2, added, fixed);
            case PER_BATCH ->
                TorchLinearMap.apply(
                    operator(), input, TorchWeights.drawn(theta, sigma2, fixed), added);
            case PER_EXAMPLE ->
                TorchLinearMap.perExample(
                    operator(), input, TorchWeights.drawn(theta, sigma2, fixed), added);
          });
    }

    Tensor gatedNll(Tensor theta, Tensor alpha) {
      Tensor input = input();
      Tensor gated =
          AutogradGate.noisy(
              new GateLeaves.Gaussian(alpha), input, tensor(noise, 500, input.shape()));
      Tensor added = tensor(bias, 0, layer.outputs());
      return crossEntropy(TorchLinearMap.apply(operator(), gated, theta, added));
    }

    private LinearInWeights operator() {
      return (LinearInWeights) layer.node().operator();
    }

    private Tensor input() {
      return operator() instanceof Linear
          ? tensor(noise, 0, BATCH, layer.inputs())
          : tensor(noise, 0, BATCH, layer.inputs(), 4, 4);
    }

    private Tensor crossEntropy(Tensor output) {
      Tensor logits = output.dim() == 2 ? output : output.sum(new long[] {2, 3}, false, null);
      Tensor labels = torch.arange(new Scalar(BATCH));
      Tensor classes = labels.remainder(new Scalar(layer.outputs())).to(torch.ScalarType.Long);
      return torch.cross_entropy_loss(logits, classes, new TensorOptional(), 2, -100, 0);
    }

    Tensor weightTensor(double[] values) {
      return tensor(values, 0, layer.shape());
    }
  }

  private static double[] exp(double[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Math.exp(values[i]);
    }
    return result;
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
