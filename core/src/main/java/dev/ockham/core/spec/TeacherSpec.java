package dev.ockham.core.spec;

/**
 * The trained network whose outputs a run learns, where its loss is {@code teacher}, and how far an
 * output is from them.
 *
 * @param from run folder or model file of the teacher; {@value #START} for the network that
 *     training starts from
 * @param distance which distance
 * @param noise standard deviation of the noise that a target is taken to have, as a fraction of the
 *     deviation of the output's numbers over the training examples; in (0, 100]. A teacher has no
 *     noise: this says how exactly it is to be met, and what the KL is weighed against
 * @param temperature what logits are divided by before their softmax, in (0, 1000]; for {@code kl}
 */
public record TeacherSpec(
    @Doc(
            value =
                "Run folder or model file of the teacher; start: the network that training starts"
                    + " from.",
            unrecorded = START)
        String from,
    @Doc(
            value =
                "squared (error of each number), kl (of the classes' probabilities), or auto: kl"
                    + " where labels are classes of the outputs, else squared.",
            unrecorded = "auto")
        Distance distance,
    @Doc(
            value =
                "For squared: deviation of an output from its target that matters, as a fraction"
                    + " of the output's own deviation.",
            unrecorded = "0.1")
        double noise,
    @Doc(value = "For kl: what logits are divided by before their softmax.", unrecorded = "1.0")
        double temperature) {

  /** Stands for the network that training starts from. */
  public static final String START = "start";

  private static final double NOISE = 0.1;
  private static final double TEMPERATURE = 1;

  /** How far an output is from the teacher's. */
  public enum Distance {
    /**
     * {@link #KL} where the data have labels and the network gives one vector with a number for
     * each of their classes, which are logits then; else {@link #SQUARED}.
     */
    AUTO,
    /** Squared differences: Gaussian noise. */
    SQUARED,
    /** KL divergence of class probabilities, for outputs that are vectors of logits. */
    KL
  }

  /** Checks the ranges. */
  public TeacherSpec {
    if (from.isBlank()) {
      throw new SpecException(
          "training.teacher.from is empty; name a run, a model file, or " + START);
    }
    requirePositive("training.teacher.noise", noise, 100);
    requirePositive("training.teacher.temperature", temperature, 1000);
    if (distance == Distance.KL && noise != NOISE) {
      throw unused("noise", noise, distance);
    }
    if (distance == Distance.SQUARED && temperature != TEMPERATURE) {
      throw unused("temperature", temperature, distance);
    }
  }

  private static SpecException unused(String leaf, double value, Distance distance) {
    return new SpecException(
        "training.teacher.%s is %s, but training.teacher.distance, %s, has no use for it"
            .formatted(leaf, value, SpecTree.enumName(distance)));
  }

  private static void requirePositive(String path, double value, double most) {
    Require.positive(path, value);
    Require.between(path, value, 0, most);
  }

  static TeacherSpec defaults() {
    return new TeacherSpec(START, Distance.AUTO, NOISE, TEMPERATURE);
  }
}
