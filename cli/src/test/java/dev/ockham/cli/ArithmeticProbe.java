package dev.ockham.cli;

import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.MatrixProduct;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * What this machine makes of fixed arithmetic of the kinds that training is made of. BLAS and
 * libtorch choose kernels by the processor, and those add up in orders of their own; machines of
 * equal probes train equal bits.
 */
final class ArithmeticProbe {

  /** Examples, inputs and outputs of dense layers: whole ones, and such as units have left. */
  private static final int[][] DENSE = {
    {50, 784, 64},
    {50, 784, 32},
    {50, 391, 47},
    {50, 96, 32},
    {50, 64, 32},
    {50, 29, 13},
    {50, 32, 10},
    {50, 7, 10},
    {45, 784, 64},
    {3, 25, 9}
  };

  /** Channels, rows of patches and positions of convolutions. */
  private static final int[][] CONVOLUTIONS = {
    {25, 100, 576}, {6, 25, 576}, {4, 25, 576}, {10, 54, 100}, {7, 36, 100}, {6, 25, 1}
  };

  private final SplittableRandom random = new SplittableRandom(1);
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream results = new DataOutputStream(bytes);

  private ArithmeticProbe() {}

  /** SHA-256 of the results. */
  static String sha256() throws IOException {
    Libtorch.start();
    ArithmeticProbe probe = new ArithmeticProbe();
    for (int[] shape : DENSE) {
      probe.products(shape[0], shape[1], shape[2]);
    }
    for (int[] shape : CONVOLUTIONS) {
      probe.products(shape[0], shape[1], shape[2]);
    }
    probe.network();
    probe.elementary(Math::exp);
    probe.elementary(Math::expm1);
    probe.elementary(x -> Math.log(Math.abs(x)));
    probe.elementary(x -> Math.log1p(Math.abs(x)));
    return GoldenFile.sha256(probe.bytes.toByteArray());
  }

  /** Every product that a layer makes, over three extents in each order. */
  private void products(int a, int b, int c) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment left = segment(arena, a * b);
      MemorySegment right = segment(arena, b * c);
      MemorySegment result = segment(arena, a * c);
      MemorySegment ones = arena.allocate(ValueLayout.JAVA_FLOAT, b);
      for (int i = 0; i < b; i++) {
        ones.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
      }
      Matrix l = new Matrix(left);
      Matrix r = new Matrix(right);
      Matrix into = new Matrix(result);
      for (float keep : new float[] {0, 1}) {
        MatrixProduct.product(a, c, b, l, r, keep, into);
        add(result);
        MatrixProduct.byTransposed(a, c, b, l, r, keep, into);
        add(result);
        MatrixProduct.transposedBy(a, c, b, l, r, keep, into);
        add(result);
        MatrixProduct.rowSums(a, b, l, new Matrix(ones), keep, into);
        add(result);
      }
      MatrixProduct.columnSums(b, c, r, new Matrix(ones), into);
      add(result);
    }
  }

  /** Convolution, batch norms, pooling, a dense layer and a gate, forward and backward. */
  private void network() throws IOException {
    try (TensorScope _ = new TensorScope()) {
      long[] one = {1, 1};
      long[] none = {0, 0};
      long[] two = {2, 2};
      Tensor filters = leaf(6, 1, 5, 5);
      Tensor scale = leaf(6);
      Tensor more = leaf(9, 6, 3, 3);
      Tensor weights = leaf(32, 225);
      Tensor factors = leaf(32);
      Tensor first =
          torch.conv2d(
              tensor(50, 1, 28, 28), filters, new TensorOptional(leaf(6)), one, none, one, 1);
      Tensor pooled =
          torch.max_pool2d(torch.relu(normalized(first, scale)), two, two, none, one, false);
      Tensor second = torch.conv2d(pooled, more, new TensorOptional(), one, none, one, 1);
      Tensor dense =
          torch.linear(
              torch.max_pool2d(second, two, two, none, one, false).flatten(1, -1),
              weights,
              new TensorOptional(leaf(32)));
      Tensor gate = torch.softplus(factors).log().mul(new Scalar(3f)).sigmoid();
      Tensor gated = normalized(dense, factors).mul(gate).mul(factors.exp());
      Tensor loss = torch.linear(gated, leaf(10, 32)).log_softmax(1).square().sum();
      loss.backward();
      for (Tensor result : new Tensor[] {first, second, dense, gated, loss}) {
        add(TensorMemory.of(result.contiguous()));
      }
      for (Tensor leaf : new Tensor[] {filters, scale, more, weights, factors}) {
        add(TensorMemory.of(leaf.grad().contiguous()));
      }
    }
  }

  private static Tensor normalized(Tensor input, Tensor scale) {
    TensorOptional none = new TensorOptional();
    return torch.batch_norm(
        input,
        new TensorOptional(scale),
        new TensorOptional(scale),
        none,
        none,
        true,
        0,
        1e-5,
        false);
  }

  private void elementary(DoubleUnaryOperator function) throws IOException {
    for (int i = 0; i < 1000; i++) {
      results.writeDouble(function.applyAsDouble(20 * random.nextDouble() - 10));
    }
  }

  private Tensor leaf(long... shape) {
    return tensor(shape).set_requires_grad(true);
  }

  private Tensor tensor(long... shape) {
    long size = 1;
    for (long extent : shape) {
      size *= extent;
    }
    return Tensor.create(floats(Math.toIntExact(size)), shape);
  }

  private MemorySegment segment(Arena arena, int size) {
    MemorySegment segment = arena.allocate((long) size * Float.BYTES, 64);
    MemorySegment.copy(floats(size), 0, segment, ValueLayout.JAVA_FLOAT, 0, size);
    return segment;
  }

  private float[] floats(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return values;
  }

  private void add(MemorySegment floats) throws IOException {
    results.writeUTF(GoldenFile.sha256(floats.toArray(ValueLayout.JAVA_FLOAT)));
  }
}
