package dev.ockham.train.pass;

/**
 * What one node does in a pass. It reads the values of its {@link Wiring}, writes its output's, and
 * on the way back brings the gradient by its output to its inputs. It must change neither values
 * that it reads nor those that it gave, but for {@link ReluStage} where that is allowed.
 */
sealed interface Stage extends AutoCloseable
    permits DenseStage,
        ConvolutionStage,
        TorchConvolutionStage,
        NormStage,
        ReduceStage,
        NoiseGateStage,
        UnitGateStage,
        ReluStage,
        MaxPoolingStage,
        ReshapeStage,
        AddStage,
        AutogradSegment {

  /** What it reads and gives. */
  Wiring wiring();

  /** Writes the output's values. */
  void forward(Share share);

  /**
   * Leaves the gradients of its parameters, overwriting them, and gives those by its inputs to
   * {@link Reading#target}, followed by {@link Reading#finish}, where they are wanted. May change
   * the gradient by the output in place.
   *
   * @param rows examples of the last {@link #forward}
   */
  void backward(int rows);

  /** Hands the gradients of parameters to their leaves. */
  default void publish() {}

  /**
   * Whether the memory of the gradient by the output becomes that of the gradient by the first
   * input: {@link Reading#target} is then the same memory, if this stage is the first to give it.
   */
  default boolean passesGradient() {
    return false;
  }

  @Override
  default void close() {}
}
