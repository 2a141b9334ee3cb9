package dev.ockham.train.pass;

import dev.ockham.core.kernel.BatchNorm;
import dev.ockham.core.prune.UnitMoments;
import dev.ockham.train.engine.TensorScope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation as training computes it (arXiv:1502.03167, algorithm 1): by mean and biased
 * variance of the rows themselves, through which gradients flow; or at fixed statistics. A unit
 * that is the same for all rows gives β. With x̂ the normalised input and n numbers per unit: ∂β =
 * Σ G, ∂γ = Σ G∘x̂, ∂x = γ/√(v + ε) · (G − ∂β/n − x̂ ∂γ/n).
 */
final class NormStage implements Stage {

  private final Wiring wiring;
  private final UnitLayout layout;
  private final double epsilon;
  private final @Nullable Leaf gamma;
  private final @Nullable Leaf beta;
  private double[] inverse = {};
  private float[] means = {};

  /**
   * A stage.
   *
   * @param axis of the units
   * @param gamma γ, null for ones
   * @param beta β, null for zeros
   */
  NormStage(
      Wiring wiring,
      int axis,
      double epsilon,
      @Nullable Tensor gamma,
      @Nullable Tensor beta,
      Arena arena) {
    this.wiring = wiring;
    this.layout = UnitLayout.of(wiring.output().shape(), axis);
    this.epsilon = epsilon;
    this.gamma = gamma == null ? null : Leaf.of(gamma, arena);
    this.beta = beta == null ? null : Leaf.of(beta, arena);
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void forward(Share share) {
    switch (share.norms()) {
      case Norms.OfBatch _ -> byBatch(share.rows());
      case Norms.Fixed(NormStatistics statistics) -> fixed(statistics, share.rows());
      case Norms.Recorded(NormStatistics statistics) -> {
        statistics.put(wiring.output().name(), recorded(share.rows()));
        fixed(statistics, share.rows());
      }
    }
  }

  private void byBatch(int rows) {
    MemorySegment x = wiring.in();
    double n = (double) rows * layout.positions();
    float[] first = layout.firsts(x);
    double[] mean = layout.perUnit(BatchNorm.sums(x, rows, layout.spread(first), layout.width()));
    float[] rounded = new float[layout.units()];
    for (int unit = 0; unit < mean.length; unit++) {
      rounded[unit] = (float) (first[unit] + mean[unit] / n);
    }
    means = layout.spread(rounded);
    double[] squares = layout.perUnit(BatchNorm.squaredDistances(x, rows, means, layout.width()));
    inverse = new double[layout.units()];
    float[] scale = new float[layout.units()];
    for (int unit = 0; unit < scale.length; unit++) {
      inverse[unit] = 1 / Math.sqrt(squares[unit] / n + epsilon);
      scale[unit] = (float) (inverse[unit] * at(gamma, unit, 1));
    }
    BatchNorm.rescale(x, rows, means, layout.spread(scale), layout.spread(shifts()), wiring.out());
  }

  private float[] shifts() {
    return values(beta, 0);
  }

  private float[] values(@Nullable Leaf leaf, float otherwise) {
    float[] values = new float[layout.units()];
    for (int unit = 0; unit < values.length; unit++) {
      values[unit] = at(leaf, unit, otherwise);
    }
    return values;
  }

  private static float at(@Nullable Leaf leaf, int unit, float otherwise) {
    return leaf == null ? otherwise : leaf.memory().getAtIndex(ValueLayout.JAVA_FLOAT, unit);
  }

  private NormStatistics.Rescaling recorded(int rows) {
    UnitMoments moments = new UnitMoments(layout.units(), layout.inner());
    float[] row = new float[layout.width()];
    for (int i = 0; i < rows; i++) {
      long offset = (long) i * row.length * Float.BYTES;
      MemorySegment.copy(wiring.in(), ValueLayout.JAVA_FLOAT, offset, row, 0, row.length);
      moments.add(row);
    }
    return NormStatistics.Rescaling.of(moments, values(gamma, 1), shifts(), epsilon);
  }

  private void fixed(NormStatistics statistics, int rows) {
    NormStatistics.Rescaling rescaling = statistics.of(wiring.output().name());
    BatchNorm.rescale(
        wiring.in(),
        rows,
        new float[layout.width()],
        layout.spread(rescaling.scale()),
        layout.spread(rescaling.shift()),
        wiring.out());
  }

  @Override
  public void backward(int rows) {
    MemorySegment x = wiring.in();
    MemorySegment g = wiring.byOut();
    double n = (double) rows * layout.positions();
    BatchNorm.GradientSums sums = BatchNorm.gradientSums(x, g, rows, means, layout.width());
    double[] byShift = layout.perUnit(sums.byShift());
    double[] byScale = layout.perUnit(sums.byScale());
    float[] ofGradient = new float[layout.units()];
    float[] ofDistance = new float[layout.units()];
    float[] constant = new float[layout.units()];
    for (int unit = 0; unit < byShift.length; unit++) {
      byScale[unit] *= inverse[unit];
      double factor = inverse[unit] * at(gamma, unit, 1);
      ofGradient[unit] = (float) factor;
      ofDistance[unit] = (float) (-factor * inverse[unit] * byScale[unit] / n);
      constant[unit] = (float) (-factor * byShift[unit] / n);
    }
    set(gamma, byScale);
    set(beta, byShift);
    if (wiring.input().wanted()) {
      BatchNorm.backward(
          x,
          g,
          rows,
          means,
          layout.spread(ofGradient),
          layout.spread(ofDistance),
          layout.spread(constant),
          wiring.input().target());
      wiring.input().finish(rows);
    }
  }

  private static void set(@Nullable Leaf leaf, double[] gradient) {
    for (int unit = 0; leaf != null && unit < gradient.length; unit++) {
      leaf.gradient().segment().setAtIndex(ValueLayout.JAVA_FLOAT, unit, (float) gradient[unit]);
    }
  }

  @Override
  public boolean passesGradient() {
    return true;
  }

  @Override
  public void publish() {
    try (TensorScope _ = new TensorScope()) {
      for (Leaf leaf : Arrays.asList(gamma, beta)) {
        if (leaf != null) {
          leaf.publish();
        }
      }
    }
  }

  @Override
  public void close() {
    for (Leaf leaf : Arrays.asList(gamma, beta)) {
      if (leaf != null) {
        leaf.close();
      }
    }
  }
}
