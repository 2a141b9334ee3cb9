package dev.ockham.core.spec;

import dev.ockham.core.arch.Architectures;

/**
 * Everything that decides what a training run computes. Two runs of equal specs on equal data and
 * an equal number of threads end with equal bytes.
 *
 * @param data which data set, and how it is split
 * @param architecture a name that {@link Architectures#parse} understands
 * @param method what is believed of the weights
 * @param training how the network is fitted
 */
public record RunSpec(
    @Doc("The data set and its split.") DataSpec data,
    @Doc("lenet-300-100, lenet-500-300, lenet-5-caffe, or mlp:784-300-100-10 of any widths.")
        String architecture,
    @Doc("What is believed of every weight, and when it may go.") MethodSpec method,
    @Doc("How the network is fitted.") TrainingSpec training) {

  public RunSpec {
    try {
      Architectures.parse(architecture);
    } catch (IllegalArgumentException e) {
      throw new SpecException(String.valueOf(e.getMessage()));
    }
  }

  /** The defaults, each of them written here or in the records that this one is made of. */
  public static RunSpec defaults() {
    return new RunSpec(
        DataSpec.defaults(), "lenet-300-100", MethodSpec.defaults(), TrainingSpec.defaults());
  }

  /** This spec with another way of training. */
  public RunSpec withTraining(TrainingSpec other) {
    return new RunSpec(data, architecture, method, other);
  }
}
