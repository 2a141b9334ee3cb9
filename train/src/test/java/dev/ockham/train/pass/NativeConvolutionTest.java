package dev.ockham.train.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.OneDnn;
import dev.ockham.train.engine.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside convolutions in double, which oneDNN has no part in. */
class NativeConvolutionTest {

  private static final int ROWS = 6;

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private record Case(int in, int out, int side, int window, int stride, int groups) {
    Convolution convolution() {
      List<Integer> padding = List.of(window / 2, window / 2);
      return new Convolution(
          out,
          new Window(
              List.of(window, window), List.of(stride, stride), padding, padding, List.of(1, 1)),
          groups);
    }

    Shape shape() {
      return Shape.of(in, side, side);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3,16,9,3,1,1", "16,16,8,3,1,1", "16,32,8,3,2,1", "17,16,9,3,1,1", "33,48,9,3,2,1",
    "48,48,9,3,2,1", "20,50,12,5,1,1", "31,29,8,1,2,1", "24,24,8,3,1,24", "40,20,7,3,1,2",
    "1,20,12,5,1,1", "64,7,6,3,1,1"
  })
  void isRight(int in, int out, int side, int window, int stride, int groups) {
    check(new Case(in, out, side, window, stride, groups));
  }

  @Test
  void threadsOfBothKindsKeepApart() throws Exception {
    List<Case> cases = List.of(new Case(33, 48, 9, 3, 2, 1), new Case(16, 16, 8, 3, 1, 1));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Case which = cases.get(i % 2);
        all.add(
            threads.submit(() -> {
              Libtorch.settle();
              for (int n = 0; n < 20; n++) {
                check(which);
                OneDnn.whereRight(() -> plain(which));
              }
            }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  /** As autograd's segments compute it. */
  private static boolean plain(Case which) {
    try (TensorScope _ = new TensorScope()) {
      Tensor input = OneDnn.wave(which.shape().withBatch(ROWS));
      Tensor weights = weights(which);
      Tensor found = convolved(which, input, weights);
      Tensor expected = convolved(which, inDouble(input), inDouble(weights));
      assertThat(OneDnn.agree(OneDnn.floats(found), inFloat(expected))).as("%s", which).isTrue();
      return true;
    }
  }

  private static void check(Case which) {
    Shape in = which.shape();
    Convolution convolution = which.convolution();
    Shape out = convolution.output(List.of(in));
    NativeConvolution native_ = NativeConvolution.of(convolution, in, out, ROWS);
    try (TensorScope _ = new TensorScope()) {
      Tensor input = OneDnn.wave(in.withBatch(ROWS));
      Tensor weights = weights(which);
      Tensor byOutput = OneDnn.wave(out.withBatch(ROWS)).mul(new Scalar(0.5f));
      Tensor wantedInput = inDouble(input).set_requires_grad(true);
      Tensor wantedWeights = inDouble(weights).set_requires_grad(true);
      Tensor wanted = convolved(which, wantedInput, wantedWeights);
      wanted.mul(inDouble(byOutput)).sum().backward();
      Tensor output = native_.apply(input, weights);
      NativeConvolution.Gradients by = native_.gradients(byOutput, input, weights, true, true);
      same(which, "output", output, wanted.detach());
      same(which, "by input", by.byInput(), wantedInput.grad());
      same(which, "by weights", by.byWeights(), wantedWeights.grad());
      same(which, "by bias", by.byBias(), inDouble(byOutput).sum(new long[] {0, 2, 3}));
      NativeConvolution.Gradients fewer = native_.gradients(byOutput, input, weights, false, false);
      same(which, "by weights alone", fewer.byWeights(), wantedWeights.grad());
    }
  }

  private static void same(Case which, String what, Tensor found, Tensor wanted) {
    assertThat(found.sizes().vec().get())
        .as("%s of %s", what, which)
        .isEqualTo(wanted.sizes().vec().get());
    assertThat(OneDnn.agree(OneDnn.floats(found), inFloat(wanted)))
        .as("%s of %s", what, which)
        .isTrue();
  }

  private static Tensor weights(Case which) {
    return OneDnn.wave(which.out(), which.in() / which.groups(), which.window(), which.window());
  }

  private static Tensor convolved(Case which, Tensor input, Tensor weights) {
    long[] stride = {which.stride(), which.stride()};
    long[] padding = {which.window() / 2, which.window() / 2};
    return torch.conv2d(
        input, weights, new TensorOptional(), stride, padding, new long[] {1, 1}, which.groups());
  }

  private static Tensor inDouble(Tensor tensor) {
    return tensor.to(ScalarType.Double).clone();
  }

  private static float[] inFloat(Tensor tensor) {
    return OneDnn.floats(tensor.to(ScalarType.Float));
  }
}
