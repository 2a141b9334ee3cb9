package dev.ockham.core.loss;

import dev.ockham.core.data.Examples;
import dev.ockham.core.target.TargetScaling;
import java.util.List;

/**
 * What training makes small, of one example: a negative log-likelihood, up to a constant that no
 * weight changes. A run's objective is its mean over the examples, plus β·KL/N.
 */
public sealed interface Loss {

  /** The loss of classes without any setting. */
  Loss LABELS = new Classification(List.of(), 0);

  /**
   * −log p of the label, in nats, where p is the softmax of the only output, a vector. The
   * likelihood is that of a label drawn from p. With weights or smoothing it is a
   * pseudo-likelihood: examples count as more or less than one, or labels as not quite certain.
   *
   * @param weights of each class, of mean 1 over the training examples; empty for 1 each
   * @param smoothing ε, how much of a label is spread over all classes, in [0, 1)
   */
  record Classification(List<Double> weights, double smoothing) implements Loss {
    /** Copies the list. */
    public Classification {
      weights = List.copyOf(weights);
    }
  }

  /**
   * Σ −log p over labels, in nats, where p is the logistic function of each number of the only
   * output. The likelihood is that of labels drawn independently.
   */
  record Labels() implements Loss {}

  /**
   * −log of a normal density for each number, in nats and in the units of the data: the first
   * output is its mean, the second the logarithm of its variance, both scaled.
   *
   * @param scaling what the network learns the numbers as
   */
  record Gaussian(TargetScaling scaling) implements Loss {}

  /**
   * −log of a normal density for each number, as {@link Gaussian}, of a deviation that is set.
   *
   * @param deviation σ, in deviations of the targets, positive
   * @param scaling what the network learns the numbers as
   */
  record Squared(double deviation, TargetScaling scaling) implements Loss {}

  /**
   * Huber's distance of each number: half its square up to δ, and linear beyond. A
   * pseudo-likelihood; in deviations of the targets.
   *
   * @param delta δ, in deviations of the targets, positive
   * @param scaling what the network learns the numbers as
   */
  record Huber(double delta, TargetScaling scaling) implements Loss {}

  /**
   * The sum over outputs of how far each is from the teacher's.
   *
   * @param distances one per output of the network, in the graph's order
   * @param targets what the teacher gives for every example of the data
   */
  record Teacher(List<Distance> distances, TeacherOutputs targets) implements Loss {
    /** Checks that each output has both. */
    public Teacher {
      distances = List.copyOf(distances);
      if (distances.size() != targets.count()) {
        throw new IllegalArgumentException(
            "%s distances for %s outputs of the teacher"
                .formatted(distances.size(), targets.count()));
      }
    }

    /**
     * The loss of a share of a batch whose examples were changed: the teacher sees them as the
     * network does (arXiv:2106.05237, section 3).
     *
     * @param changed raw values, in the share's order
     */
    public Teacher ofChanged(Examples changed) {
      return new Teacher(distances, targets.ofChanged(changed));
    }
  }
}
