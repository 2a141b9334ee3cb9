package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.UnitGating;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.engine.TensorView;
import dev.ockham.train.gate.GateLeaves;
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
 * places. Kernels draw the factors, libtorch those that look at the example.
 */
final class UnitGateStage implements Stage {

  /** Stands for every example where all of them share a draw. */
  private static final int ALL_EXAMPLES = -1;

  private final Wiring wiring;
  private final GatePlace place;
  private final UnitLayout layout;
  private final GateLeaves.Learnt gate;
  private final LearntFactors learnt;
  private final GateFactors looking;
  private final Kernels kernels;
  private final NativeTensor noise;
  private final int width;
  private final MemorySegment factors;
  private final MemorySegment byFactors;

  /** Whether {@link #learnt} drew the factors of the last pass. */
  private boolean drawn;

  /** Factors of libtorch's, from forward to backward. */
  private @Nullable Tensor looked;

  UnitGateStage(Wiring wiring, GatePlace place, int capacity, Kernels kernels, Arena arena) {
    this.wiring = wiring;
    this.place = place;
    this.kernels = kernels;
    this.layout = UnitLayout.of(wiring.output().shape(), wiring.output().axis());
    this.gate = learnt(place.leaves());
    this.learnt = new LearntFactors(gate, layout.units(), capacity, kernels, arena);
    this.looking = new GateFactors(place, layout);
    this.width = place.gate().noiseWidth(layout.units(), layout.positions());
    this.noise = NativeTensor.floats(arena, place.gate().sharedRows() + capacity, width);
    this.factors = Buffers.floats(arena, (long) capacity * layout.units());
    this.byFactors = Buffers.floats(arena, (long) capacity * layout.units());
  }

  private static GateLeaves.Learnt learnt(GateLeaves leaves) {
    return switch (leaves) {
      case GateLeaves.Learnt gate -> gate;
      case GateLeaves.Dependent dependent -> dependent.gate();
      case GateLeaves.Fixed _, GateLeaves.Gaussian _ ->
          throw new IllegalArgumentException("noise alone has no factors");
    };
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void forward(Share share) {
    release();
    NoiseSource source = share.noise();
    boolean looks = place.leaves() instanceof GateLeaves.Dependent d && d.owner().dependent();
    drawn = source != null && !looks;
    if (source != null) {
      fill(share, source);
    }
    if (looks) {
      look(share);
    } else if (drawn) {
      learnt.draw(noise.segment(), width, share.rows(), factors);
    } else {
      forAll(share.rows());
    }
    multiply(wiring.in(), share.rows(), wiring.out());
  }

  /** By libtorch. */
  private void look(Share share) {
    try (TensorScope scope = new TensorScope()) {
      if (share.differentiated()) {
        looked = scope.keep(lookAt(share));
      } else {
        try (NoGradGuard _ = new NoGradGuard()) {
          lookAt(share);
        }
      }
    }
  }

  private Tensor lookAt(Share share) {
    Tensor input = TensorView.of(wiring.in(), wiring.output().shape().withBatch(share.rows()));
    int rows = place.gate().sharedRows() + share.rows();
    Tensor z =
        (share.noise() == null
                ? looking.mean(input, share.norms())
                : looking.drawn(input, noise.tensor().narrow(0, 0, rows), share.norms()))
            .contiguous();
    Buffers.copy(TensorMemory.of(z), factors, (long) share.rows() * layout.units());
    return z;
  }

  /** The factors that stand in for draws. */
  private void forAll(int rows) {
    try (TensorScope _ = new TensorScope()) {
      MemorySegment mean = TensorMemory.of(gate.factors());
      long bytes = (long) layout.units() * Float.BYTES;
      for (int row = 0; row < rows; row++) {
        MemorySegment.copy(mean, 0, factors, row * bytes, bytes);
      }
    }
  }

  private void multiply(MemorySegment x, int rows, MemorySegment out) {
    UnitGating.unitwise(x, factors, rows, layout.outer(), layout.units(), layout.inner(), out);
  }

  private void fill(Share share, NoiseSource source) {
    int shared = place.gate().sharedRows();
    int[] rows = new int[shared + share.rows()];
    Arrays.fill(rows, 0, shared, ALL_EXAMPLES);
    System.arraycopy(share.examples(), 0, rows, shared, share.rows());
    place.gate().fillNoise(kernels, source.ofGate(place.ordinal()), rows, width, noise.segment());
  }

  @Override
  public void backward(int rows) {
    if (drawn || looked != null) {
      UnitGating.byUnits(
          wiring.in(),
          wiring.byOut(),
          rows,
          layout.outer(),
          layout.units(),
          layout.inner(),
          byFactors);
    }
    if (drawn) {
      learnt.backward(byFactors, rows);
    } else if (looked != null && looked.requires_grad()) {
      try (TensorScope _ = new TensorScope()) {
        Tensor gradient = TensorView.of(byFactors, rows, layout.units());
        looked.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
      }
    }
    if (wiring.input().wanted()) {
      multiply(wiring.byOut(), rows, wiring.input().target());
      wiring.input().finish(rows);
    }
    release();
  }

  @Override
  public boolean passesGradient() {
    return true;
  }

  @Override
  public void publish() {
    if (drawn) {
      learnt.publish();
    }
  }

  private void release() {
    if (looked != null) {
      looked.close();
      looked = null;
    }
  }

  @Override
  public void close() {
    release();
    learnt.close();
    noise.close();
  }
}
