package dev.ockham.core.kernel;

import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;

/** A Sparse VD tensor with gradients in native memory, and whole-state comparisons, for tests. */
record SparseVdTensors(GaussianState state, MemorySegment gTheta, MemorySegment gSigma2, int size) {
  /** Values as they occur in training: log α spread over [−12, 12], warmed moments. */
  static SparseVdTensors typical(Arena arena, int size, long seed) {
    SparseVdTensors t = zeros(arena, size);
    Random random = new Random(seed);
    for (int i = 0; i < size; i++) {
      double theta = 0.05 * random.nextGaussian();
      double logSigma2 = Math.log(theta * theta + 1e-8) + random.nextDouble(-12, 12);
      set(t.state.theta().parameter(), i, theta);
      set(t.state.logSigma2().parameter(), i, logSigma2);
      set(t.state.sigma2(), i, Math.exp(logSigma2));
      set(t.state.theta().m(), i, 1e-3 * random.nextGaussian());
      set(t.state.theta().v(), i, 1e-6 * random.nextDouble());
      set(t.state.logSigma2().m(), i, 1e-4 * random.nextGaussian());
      set(t.state.logSigma2().v(), i, 1e-8 * random.nextDouble());
      set(t.gTheta, i, 1e-3 * random.nextGaussian());
      set(t.gSigma2, i, 1e-2 * random.nextGaussian());
    }
    return t;
  }

  static SparseVdTensors zeros(Arena arena, int size) {
    AdamState theta = new AdamState(floats(arena, size), floats(arena, size), floats(arena, size));
    AdamState logSigma2 =
        new AdamState(floats(arena, size), floats(arena, size), floats(arena, size));
    GaussianState state = new GaussianState(theta, logSigma2, floats(arena, size));
    return new SparseVdTensors(state, floats(arena, size), floats(arena, size), size);
  }

  SparseVdTensors copy(Arena arena) {
    SparseVdTensors copy = zeros(arena, size);
    copy.copyFrom(this);
    return copy;
  }

  void copyFrom(SparseVdTensors other) {
    for (int i = 0; i < segments().size(); i++) {
      segments().get(i).copyFrom(other.segments().get(i));
    }
  }

  void update(Kernels kernels, KlTerm term, double s, AdamStep step, long from, long to) {
    kernels.sparseVdUpdate(state, gTheta, gSigma2, term, s, step, from, to);
  }

  double klSum(Kernels kernels, KlTerm term) {
    return kernels.klSum(term, state.theta().parameter(), state.sigma2(), 0, size);
  }

  List<MemorySegment> segments() {
    return List.of(
        state.theta().parameter(),
        state.theta().m(),
        state.theta().v(),
        state.logSigma2().parameter(),
        state.logSigma2().m(),
        state.logSigma2().v(),
        state.sigma2(),
        gTheta,
        gSigma2);
  }

  static MemorySegment floats(Arena arena, long size) {
    return arena.allocate(ValueLayout.JAVA_FLOAT, size);
  }

  static float get(MemorySegment segment, long i) {
    return segment.getAtIndex(ValueLayout.JAVA_FLOAT, i);
  }

  static void set(MemorySegment segment, long i, double value) {
    segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
  }
}
