package dev.ockham.core.loss;

import java.util.List;

/**
 * What training makes small, of one example: a negative log-likelihood, up to a constant that no
 * weight changes. A run's objective is its mean over the examples, plus β·KL/N.
 */
public sealed interface Loss {

  /** The loss of labels, which has no settings. */
  Loss LABELS = new Classification();

  /**
   * −log p of the label, in nats, where p is the softmax of the only output, a vector. The
   * likelihood is that of a label drawn from p.
   */
  record Classification() implements Loss {}

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
  }
}
