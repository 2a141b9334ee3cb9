package dev.ockham.runtime.model;

/**
 * One operation of a model's chain. Layers are values: the matrices and biases they hold never
 * change.
 */
public sealed interface ModelLayer {
  /**
   * Shape of the output for an input of the given shape.
   *
   * @throws IllegalArgumentException if the layer cannot follow such an input, saying why
   */
  Shape outputShape(Shape input);

  /** A layer with weights; only these have names, and pruning only shrinks these. */
  sealed interface Linear extends ModelLayer {
    /** Name of the layer, unique within a model and not empty. */
    String name();

    /** Weights, one row per output unit. */
    Matrix weights();

    /** One constant per output unit. */
    Bias bias();

    /**
     * The same layer with other numbers, which may be of another size.
     *
     * @param weights one row per output unit; for a convolution the columns stay a multiple of the
     *     kernel's area
     */
    Linear with(Matrix weights, Bias bias);
  }

  /** What turns raw values into what the network was trained on; the first layer of a model. */
  sealed interface Scaling extends ModelLayer {
    @Override
    default Shape outputShape(Shape input) {
      return input;
    }
  }

  /**
   * Shifts and scales every feature by the same numbers: {@code y = (x − mean) · scale}.
   *
   * @param mean what is subtracted, finite
   * @param scale what the difference is multiplied with, finite
   */
  record InputScaling(float mean, float scale) implements Scaling {
    /** Checks that both numbers are finite. */
    public InputScaling {
      if (!Float.isFinite(mean) || !Float.isFinite(scale)) {
        throw new IllegalArgumentException(
            "input scaling needs finite numbers, got mean %s and scale %s".formatted(mean, scale));
      }
    }
  }

  /**
   * Shifts and scales every feature by numbers of its own: {@code y_k = (x_k − mean_k) · scale_k}.
   *
   * @param mean what is subtracted, finite, one per feature
   * @param scale what the differences are multiplied with, finite, one per feature
   */
  record FeatureScaling(Bias mean, Bias scale) implements Scaling {
    /** Checks that there are as many of one as of the other, and that all numbers are finite. */
    public FeatureScaling {
      if (mean.length() != scale.length()) {
        throw new IllegalArgumentException(
            "feature scaling has %s means but %s scales".formatted(mean.length(), scale.length()));
      }
      int wrong = Math.max(firstNonFinite(mean.toArray()), firstNonFinite(scale.toArray()));
      if (wrong >= 0) {
        throw new IllegalArgumentException(
            "feature scaling needs finite numbers, got mean %s and scale %s for feature %s"
                .formatted(mean.get(wrong), scale.get(wrong), wrong));
      }
    }

    @Override
    public Shape outputShape(Shape input) {
      if (input.size() != mean.length()) {
        throw new IllegalArgumentException(
            "feature scaling is for %s features but gets %s".formatted(mean.length(), input));
      }
      return input;
    }
  }

  /**
   * Fully connected layer: {@code y = W x + b} on a flat input.
   *
   * @param name name of the layer
   * @param weights W, {@code [out, in]}
   * @param bias b, {@code [out]}
   */
  record Dense(String name, Matrix weights, Bias bias) implements Linear {
    /** Checks name, sizes and that all numbers are finite. */
    public Dense {
      checkLinear(name, weights, bias);
    }

    @Override
    public Dense with(Matrix newWeights, Bias newBias) {
      return new Dense(name, newWeights, newBias);
    }

    @Override
    public Shape outputShape(Shape input) {
      if (!input.isFlat()) {
        throw new IllegalArgumentException(
            "dense layer '%s' needs a flat input, got %s".formatted(name, input));
      }
      if (input.channels() != weights.cols()) {
        throw new IllegalArgumentException(
            "dense layer '%s' takes %s inputs but gets %s"
                .formatted(name, weights.cols(), input.channels()));
      }
      return Shape.flat(weights.rows());
    }
  }

  /**
   * Two-dimensional cross-correlation, as every deep-learning library calls convolution: stride 1,
   * no padding, one group. Output {@code (o, y, x)} is {@code b[o] + Σ W[o, (c·kh + i)·kw + j] ·
   * in(c, y + i, x + j)} over input channels c and kernel positions i, j.
   *
   * @param name name of the layer
   * @param kernelHeight kh, ≥ 1
   * @param kernelWidth kw, ≥ 1
   * @param weights W, {@code [out, in · kh · kw]}
   * @param bias b, {@code [out]}
   */
  record Conv2d(String name, int kernelHeight, int kernelWidth, Matrix weights, Bias bias)
      implements Linear {
    /** Checks name, kernel, sizes and that all numbers are finite. */
    public Conv2d {
      checkLinear(name, weights, bias);
      if (kernelHeight < 1 || kernelWidth < 1) {
        throw new IllegalArgumentException(
            "convolution '%s' has a kernel of %s×%s".formatted(name, kernelHeight, kernelWidth));
      }
      if (weights.cols() % ((long) kernelHeight * kernelWidth) != 0) {
        throw new IllegalArgumentException(
            "convolution '%s' has %s weights per output, not a multiple of its %s×%s kernel"
                .formatted(name, weights.cols(), kernelHeight, kernelWidth));
      }
    }

    /** Number of input channels, ≥ 0. */
    public int inputChannels() {
      return (int) (weights.cols() / ((long) kernelHeight * kernelWidth));
    }

    @Override
    public Conv2d with(Matrix newWeights, Bias newBias) {
      return new Conv2d(name, kernelHeight, kernelWidth, newWeights, newBias);
    }

    @Override
    public Shape outputShape(Shape input) {
      if (input.channels() != inputChannels()) {
        throw new IllegalArgumentException(
            "convolution '%s' takes %s channels but gets %s"
                .formatted(name, inputChannels(), input.channels()));
      }
      if (input.height() < kernelHeight || input.width() < kernelWidth) {
        throw new IllegalArgumentException(
            "convolution '%s' has a kernel of %s×%s, larger than its input %s"
                .formatted(name, kernelHeight, kernelWidth, input));
      }
      return new Shape(
          weights.rows(), input.height() - kernelHeight + 1, input.width() - kernelWidth + 1);
    }
  }

  /**
   * Largest value of each {@code size × size} window; windows do not overlap, and rows and columns
   * that do not fill one at the far edge are dropped.
   *
   * @param size edge of the window and stride, ≥ 1
   */
  record MaxPool2d(int size) implements ModelLayer {
    /** Checks the size. */
    public MaxPool2d {
      if (size < 1) {
        throw new IllegalArgumentException("max-pool size = " + size + ", it must be >= 1");
      }
    }

    @Override
    public Shape outputShape(Shape input) {
      if (input.height() < size || input.width() < size) {
        throw new IllegalArgumentException(
            "max-pool window of %s is larger than its input %s".formatted(size, input));
      }
      return new Shape(input.channels(), input.height() / size, input.width() / size);
    }
  }

  /** {@code y = max(0, x)} of every feature. */
  record Relu() implements ModelLayer {
    @Override
    public Shape outputShape(Shape input) {
      return input;
    }
  }

  /** Turns channels × height × width into a vector in that order (CHW). */
  record Flatten() implements ModelLayer {
    @Override
    public Shape outputShape(Shape input) {
      return Shape.flat(input.size());
    }
  }

  /**
   * What keeps or shuts each unit by what it is for the example at hand: {@code y_k = g_k · x_k}
   * with {@code g_k = f_k · min(1, max(0, s_k · h_k + t_k))}, h the unit's mean over its positions,
   * and g taken as 0 where it is at most the cut. The gate of dependent Beta-Bernoulli dropout
   * (arXiv:1805.10896, section 3.3) with its batch normalisation at fixed statistics.
   *
   * @param name name of the gate, unique within a model and not empty
   * @param scale s, finite, one per unit
   * @param shift t, finite, one per unit
   * @param factor f, finite and ≥ 0, one per unit; 0 shuts a unit for good
   * @param cut largest g that counts as shut, finite and ≥ 0
   */
  record DependentGate(String name, Bias scale, Bias shift, Bias factor, float cut)
      implements ModelLayer {
    /** Checks name, lengths, ranges and that all numbers are finite. */
    public DependentGate {
      checkName(name);
      checkPerUnit("gate", name, "scale", scale, scale.length());
      checkPerUnit("gate", name, "shift", shift, scale.length());
      checkPerUnit("gate", name, "factor", factor, scale.length());
      for (int unit = 0; unit < factor.length(); unit++) {
        if (factor.get(unit) < 0) {
          throw new IllegalArgumentException(
              "gate '%s': factor[%s] = %s is negative".formatted(name, unit, factor.get(unit)));
        }
      }
      if (!(cut >= 0 && cut < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "gate '%s': cut = %s, it must be finite and >= 0".formatted(name, cut));
      }
    }

    /** Number of units, ≥ 0. */
    public int units() {
      return scale.length();
    }

    /**
     * What a unit is multiplied by; 0 where it is shut.
     *
     * @param unit which one, from 0
     * @param mean h, the unit's mean over its positions
     */
    public float of(int unit, float mean) {
      float open = Math.min(1f, Math.max(0f, scale.get(unit) * mean + shift.get(unit)));
      float gate = factor.get(unit) * open;
      return gate > cut ? gate : 0f;
    }

    /** The gate of some of its units, in the given order. */
    public DependentGate of(int[] units) {
      return new DependentGate(name, scale.of(units), shift.of(units), factor.of(units), cut);
    }

    @Override
    public Shape outputShape(Shape input) {
      return checkUnits("gate", name, units(), input);
    }
  }

  /**
   * Shifts and scales every unit by numbers of its own: {@code y_k = s_k · x_k + t_k}. A batch norm
   * at fixed statistics, where something stands between it and the layer it would fold into.
   *
   * @param name name of the operation, unique within a model and not empty
   * @param scale s, finite, one per unit
   * @param shift t, finite, one per unit
   */
  record Affine(String name, Bias scale, Bias shift) implements ModelLayer {
    /** Checks name, lengths and that all numbers are finite. */
    public Affine {
      checkName(name);
      checkPerUnit("affine", name, "scale", scale, scale.length());
      checkPerUnit("affine", name, "shift", shift, scale.length());
    }

    /** Number of units, ≥ 0. */
    public int units() {
      return scale.length();
    }

    /** The operation on some of its units, in the given order. */
    public Affine of(int[] units) {
      return new Affine(name, scale.of(units), shift.of(units));
    }

    @Override
    public Shape outputShape(Shape input) {
      return checkUnits("affine", name, units(), input);
    }
  }

  private static void checkName(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("layer name '" + name + "' is blank");
    }
  }

  private static void checkPerUnit(String op, String name, String what, Bias values, int units) {
    if (values.length() != units) {
      throw new IllegalArgumentException(
          "%s '%s' is of %s units but has %s numbers as %s"
              .formatted(op, name, units, values.length(), what));
    }
    int wrong = firstNonFinite(values.toArray());
    if (wrong >= 0) {
      throw new IllegalArgumentException(
          "%s '%s': %s[%s] = %s is not finite".formatted(op, name, what, wrong, values.get(wrong)));
    }
  }

  private static Shape checkUnits(String op, String name, int units, Shape input) {
    if (input.channels() != units) {
      throw new IllegalArgumentException(
          "%s '%s' is of %s units but gets %s".formatted(op, name, units, input));
    }
    return input;
  }

  private static void checkLinear(String name, Matrix weights, Bias bias) {
    checkName(name);
    if (bias.length() != weights.rows()) {
      throw new IllegalArgumentException(
          "layer '%s' has %s rows of weights but a bias of %s"
              .formatted(name, weights.rows(), bias.length()));
    }
    int wrong =
        switch (weights) {
          case DenseMatrix dense -> firstNonFinite(dense.values());
          case CsrMatrix sparse -> firstNonFinite(sparse.values());
        };
    if (wrong >= 0) {
      throw new IllegalArgumentException(
          "layer '%s': stored weight %s is not finite".formatted(name, wrong));
    }
    wrong = firstNonFinite(bias.toArray());
    if (wrong >= 0) {
      throw new IllegalArgumentException(
          "layer '%s': bias[%s] = %s is not finite".formatted(name, wrong, bias.get(wrong)));
    }
  }

  private static int firstNonFinite(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }
}
