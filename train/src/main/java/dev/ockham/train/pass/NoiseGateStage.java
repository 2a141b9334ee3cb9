package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.UnitGating;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.gate.GateLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A value times noise of mean 1, with a draw for every number: y = x·ξ, ∂x = ξ∘G. Gaussian noise is
 * ξ = 1 + √α·ζ, with ∂α = Σ G∘x∘ζ/(2√α).
 */
final class NoiseGateStage implements Stage {

  private final Wiring wiring;
  private final GatePlace place;
  private final Kernels kernels;
  private final @Nullable Leaf alpha;
  private final MemorySegment noise;
  private float[] deviation = {};
  private boolean noisy;

  NoiseGateStage(Wiring wiring, GatePlace place, int capacity, Kernels kernels, Arena arena) {
    this.wiring = wiring;
    this.place = place;
    this.kernels = kernels;
    this.alpha =
        place.leaves() instanceof GateLeaves.Gaussian gaussian
            ? Leaf.of(gaussian.alpha(), arena)
            : null;
    this.noise = Buffers.floats(arena, (long) capacity * wiring.output().size());
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void forward(Share share) {
    NoiseSource source = share.noise();
    int width = wiring.output().size();
    long size = (long) share.rows() * width;
    noisy = source != null;
    if (source == null) {
      Buffers.copy(wiring.in(), wiring.out(), size);
      return;
    }
    place.gate().fillNoise(kernels, source.ofGate(place.ordinal()), share.examples(), width, noise);
    if (alpha == null) {
      UnitGating.multiply(wiring.in(), noise, wiring.out(), size);
    } else {
      deviation = deviations(alpha);
      UnitGating.gaussian(wiring.in(), noise, share.rows(), deviation, wiring.out());
    }
  }

  /** √α at each place: one for all, or one for each unit. */
  private float[] deviations(Leaf alpha) {
    float[] deviations = new float[wiring.output().size()];
    for (int i = 0; i < deviations.length; i++) {
      float at = alpha.memory().getAtIndex(ValueLayout.JAVA_FLOAT, group(alpha, i));
      deviations[i] = (float) Math.sqrt(at);
    }
    return deviations;
  }

  private int group(Leaf alpha, int number) {
    if (alpha.gradient().size() == 1) {
      return 0;
    }
    UnitLayout layout = UnitLayout.of(wiring.output().shape(), wiring.output().axis());
    return number / layout.inner() % layout.units();
  }

  @Override
  public void backward(int rows) {
    Reading input = wiring.input();
    int width = wiring.output().size();
    if (noisy && alpha != null) {
      byAlpha(alpha, UnitGating.byDeviation(wiring.in(), noise, wiring.byOut(), rows, width));
    }
    if (!input.wanted()) {
      return;
    }
    if (!noisy) {
      Buffers.copy(wiring.byOut(), input.target(), (long) rows * width);
    } else if (alpha == null) {
      UnitGating.multiply(wiring.byOut(), noise, input.target(), (long) rows * width);
    } else {
      UnitGating.gaussian(wiring.byOut(), noise, rows, deviation, input.target());
    }
    input.finish(rows);
  }

  private void byAlpha(Leaf alpha, float[] byDeviation) {
    double[] sums = new double[Math.toIntExact(alpha.gradient().size())];
    for (int i = 0; i < byDeviation.length; i++) {
      sums[group(alpha, i)] += byDeviation[i] / (2.0 * deviation[i]);
    }
    for (int i = 0; i < sums.length; i++) {
      alpha.gradient().segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) sums[i]);
    }
  }

  @Override
  public boolean passesGradient() {
    return true;
  }

  @Override
  public void publish() {
    if (alpha != null && noisy) {
      try (TensorScope _ = new TensorScope()) {
        alpha.publish();
      }
    }
  }

  @Override
  public void close() {
    if (alpha != null) {
      alpha.close();
    }
  }
}
