package dev.ockham.core.kl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;

/** The largest and the root-mean-square relative error of a function over a table. */
record RelativeErrors(double max, double rms) {
  static RelativeErrors of(DoubleUnaryOperator function, double[] x, double[] expected) {
    double max = 0;
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      double actual = function.applyAsDouble(x[i]);
      double error = actual == expected[i] ? 0 : Math.abs(actual / expected[i] - 1);
      // A NaN must count as an error, and Math.max keeps it.
      max = Math.max(max, error);
      squares += error * error;
    }
    return new RelativeErrors(max, Math.sqrt(squares / x.length));
  }

  void assertBelow(double maxLimit, double rmsLimit) {
    assertThat(max).as("largest relative error").isLessThanOrEqualTo(maxLimit);
    assertThat(rms).as("rms relative error").isLessThanOrEqualTo(rmsLimit);
  }
}
