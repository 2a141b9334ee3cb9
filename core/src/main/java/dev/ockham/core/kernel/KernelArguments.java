package dev.ockham.core.kernel;

import java.lang.foreign.MemorySegment;

/** What kernels ask of their arguments; errors name the argument and its value. */
final class KernelArguments {

  private KernelArguments() {}

  static void requireState(GaussianState state, long from, long to) {
    requireAdam("theta", state.theta(), from, to);
    requireAdam("logSigma2", state.logSigma2(), from, to);
    requireFloats("sigma2", state.sigma2(), from, to);
  }

  static void requireAdam(String name, AdamState state, long from, long to) {
    requireFloats(name, state.parameter(), from, to);
    requireFloats(name + ".m", state.m(), from, to);
    requireFloats(name + ".v", state.v(), from, to);
  }

  static void requireFloats(String name, MemorySegment segment, long from, long to) {
    require(from >= 0 && from <= to, "from", from, "in [0, " + to + "]");
    if (segment.byteSize() / Float.BYTES < to) {
      throw new IllegalArgumentException(
          name + " must hold " + to + " floats but has " + segment.byteSize() + " bytes");
    }
  }

  static void require(boolean condition, String name, long value, String range) {
    if (!condition) {
      throw new IllegalArgumentException(name + " must be " + range + " but is " + value);
    }
  }
}
