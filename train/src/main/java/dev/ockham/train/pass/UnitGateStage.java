package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.UnitGating;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.engine.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.jspecify.annotations.Nullable;

/**
 * A value times a factor for each example and unit: y = x·z, ∂x = z∘G, ∂z = Σ G∘x over a unit's
 * places. Factors are few, and drawn and differentiated by libtorch.
 */
final class UnitGateStage implements Stage {

  /** Stands for every example where all of them share a draw. */
  private static final int ALL_EXAMPLES = -1;

  private final Wiring wiring;
  private final GatePlace place;
  private final UnitLayout layout;
  private final GateFactors factors;
  private final Kernels kernels;
  private final NativeTensor noise;
  private final MemorySegment byFactors;

  /** From forward to backward. */
  private @Nullable Tensor drawn;

  UnitGateStage(Wiring wiring, GatePlace place, int capacity, Kernels kernels, Arena arena) {
    this.wiring = wiring;
    this.place = place;
    this.kernels = kernels;
    this.layout = UnitLayout.of(wiring.output().shape(), wiring.output().axis());
    this.factors = new GateFactors(place, layout);
    int width = place.gate().noiseWidth(layout.units(), layout.positions());
    this.noise = NativeTensor.floats(arena, place.gate().sharedRows() + capacity, width);
    this.byFactors = Buffers.floats(arena, (long) capacity * layout.units());
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void forward(Share share) {
    release();
    try (TensorScope scope = new TensorScope()) {
      if (share.differentiated()) {
        drawn = scope.keep(multiply(share));
      } else {
        try (NoGradGuard _ = new NoGradGuard()) {
          multiply(share);
        }
      }
    }
  }

  /** Writes the output and gives the factors. */
  private Tensor multiply(Share share) {
    Tensor input = TensorView.of(wiring.in(), wiring.output().shape().withBatch(share.rows()));
    NoiseSource source = share.noise();
    Tensor z =
        (source == null
                ? factors.mean(input, share.norms())
                : factors.drawn(input, fill(share, source), share.norms()))
            .contiguous();
    UnitGating.unitwise(
        wiring.in(),
        TensorMemory.of(z),
        share.rows(),
        layout.outer(),
        layout.units(),
        layout.inner(),
        wiring.out());
    return z;
  }

  private Tensor fill(Share share, NoiseSource source) {
    int shared = place.gate().sharedRows();
    int[] rows = new int[shared + share.rows()];
    Arrays.fill(rows, 0, shared, ALL_EXAMPLES);
    System.arraycopy(share.examples(), 0, rows, shared, share.rows());
    int width = Math.toIntExact(noise.shape()[1]);
    place.gate().fillNoise(kernels, source.ofGate(place.ordinal()), rows, width, noise.segment());
    return noise.tensor().narrow(0, 0, rows.length);
  }

  @Override
  public void backward(int rows) {
    Tensor z = drawn;
    if (z == null) {
      throw new IllegalStateException("no way back after a pass outside training");
    }
    UnitGating.byUnits(
        wiring.in(),
        wiring.byOut(),
        rows,
        layout.outer(),
        layout.units(),
        layout.inner(),
        byFactors);
    try (TensorScope _ = new TensorScope()) {
      if (z.requires_grad()) {
        Tensor gradient = TensorView.of(byFactors, rows, layout.units());
        z.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
      }
      if (wiring.input().wanted()) {
        UnitGating.unitwise(
            wiring.byOut(),
            TensorMemory.of(z),
            rows,
            layout.outer(),
            layout.units(),
            layout.inner(),
            wiring.input().target());
        wiring.input().finish(rows);
      }
    }
    release();
  }

  @Override
  public boolean passesGradient() {
    return true;
  }

  private void release() {
    if (drawn != null) {
      drawn.close();
      drawn = null;
    }
  }

  @Override
  public void close() {
    release();
    noise.close();
  }
}
