package dev.ockham.train.posterior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The objective NLL + s·KL of one Sparse VD layer under fixed noise, in double: gradients as
 * training forms them (autograd by θ and σ², the KL's closed form, the chain rule to log σ²)
 * against central differences of the value.
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

  static Stream<Arguments> layersAndTerms() {
    return Stream.of(new LayerSpec.Dense("dense", 6, 4), new LayerSpec.Conv2d("conv", 2, 3, 2))
        .flatMap(layer -> Stream.of(KlTerm.values()).map(term -> Arguments.of(layer, term)));
  }

  @ParameterizedTest
  @MethodSource("layersAndTerms")
  void matchesCentralDifferences(LayerSpec.Linear layer, KlTerm term) {
    int weights = (int) layer.weights();
    SplittableRandom random = new SplittableRandom(7);
    double[] theta = normals(random, weights, 0.5);
    double[] logSigma2 = new double[weights];
    for (int i = 0; i < weights; i++) {
      // log α from about -4 to 0.5: every form is smooth there, also those for α ≤ 1 only.
      logSigma2[i] = Math.log(theta[i] * theta[i] + FLOOR) - 4 + 4.5 * random.nextDouble();
    }
    double[] bias = normals(random, layer.outputs(), 0.3);
    Problem problem = new Problem(layer, term, normals(random, 2000, 1), bias);

    Gradient analytic = problem.gradient(theta, logSigma2);
    for (int i = 0; i < weights; i++) {
      double numericTheta = problem.slope(theta, logSigma2, theta, i);
      double numericLogSigma2 = problem.slope(theta, logSigma2, logSigma2, i);
      assertThat(analytic.byTheta()[i])
          .as("%s, %s, theta[%d]", layer.name(), term, i)
          .isCloseTo(numericTheta, within(numericTheta));
      assertThat(analytic.byLogSigma2()[i])
          .as("%s, %s, logSigma2[%d]", layer.name(), term, i)
          .isCloseTo(numericLogSigma2, within(numericLogSigma2));
    }
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
  private record Problem(LayerSpec.Linear layer, KlTerm term, double[] noise, double[] bias) {

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

    double slope(double[] theta, double[] logSigma2, double[] moved, int index) {
      double at = moved[index];
      moved[index] = at + STEP;
      double up = value(theta, logSigma2);
      moved[index] = at - STEP;
      double down = value(theta, logSigma2);
      moved[index] = at;
      return (up - down) / (2 * STEP);
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
      long[] inputShape =
          switch (layer) {
            case LayerSpec.Dense d -> new long[] {BATCH, d.inputs()};
            case LayerSpec.Conv2d c -> new long[] {BATCH, c.inputs(), 4, 4};
          };
      Tensor input = tensor(noise, 0, inputShape);
      Tensor probe = LinearMap.apply(layer, input, theta);
      long[] outputShape = probe.shape();
      Tensor zeta = tensor(noise, 500, outputShape);
      Tensor output =
          LocalReparameterization.activation(
              layer, input, theta, sigma2, tensor(bias, 0, layer.outputs()), zeta);
      Tensor logits = outputShape.length == 2 ? output : output.sum(new long[] {2, 3}, false, null);
      Tensor labels = torch.arange(new Scalar(BATCH));
      Tensor classes = labels.remainder(new Scalar(layer.outputs())).to(torch.ScalarType.Long);
      return torch.cross_entropy_loss(logits, classes, new TensorOptional(), 2, -100, 0);
    }

    private Tensor weightTensor(double[] values) {
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
