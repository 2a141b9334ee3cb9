package dev.ockham.onnx.read.fold;

import java.util.Set;

/** Operators whose shapes follow from their inputs' alone. */
final class KnownOperators {
  /** What they give has the shape of the first input. */
  static final Set<String> ELEMENTWISE =
      Set.of(
          "Relu",
          "Sigmoid",
          "Tanh",
          "LeakyRelu",
          "Elu",
          "Selu",
          "Celu",
          "HardSigmoid",
          "HardSwish",
          "Softplus",
          "Softsign",
          "ThresholdedRelu",
          "Exp",
          "Log",
          "Sqrt",
          "Erf",
          "Abs",
          "Neg",
          "Reciprocal",
          "Clip",
          "Gelu",
          "Mish",
          "Swish",
          "PRelu",
          "CumSum",
          "Softmax",
          "LogSoftmax",
          "BatchNormalization",
          "InstanceNormalization",
          "LayerNormalization",
          "GroupNormalization",
          "LRN");

  /** What they give has the shape that all inputs stretch to. */
  static final Set<String> BROADCAST =
      Set.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean", "Where");

  private KnownOperators() {}
}
