package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.fold.Expansions;
import dev.ockham.onnx.read.fuse.LengthMaskPattern;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Reduce;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which class maps which of ONNX's operators. */
public final class OperatorTable {
  private static final Map<String, Mapping> MAPPINGS =
      Map.ofEntries(
          Map.entry("Conv", ConvolutionMapping::convolution),
          Map.entry("ConvTranspose", ConvolutionMapping::transposed),
          Map.entry("MaxPool", PoolMapping::largest),
          Map.entry("AveragePool", PoolMapping::average),
          Map.entry("GlobalAveragePool", PoolMapping::globalAverage),
          Map.entry("GlobalMaxPool", PoolMapping::globalLargest),
          Map.entry("Gemm", LinearMapping::gemm),
          Map.entry("MatMul", LinearMapping::matMul),
          Map.entry("Linear", LinearMapping::matMul),
          Map.entry("BatchNormalization", NormMapping::batch),
          Map.entry("InstanceNormalization", NormMapping::instance),
          Map.entry("LayerNormalization", NormMapping::layer),
          Map.entry("GroupNormalization", NormMapping::group),
          Map.entry("LRN", NormMapping::response),
          Map.entry("LSTM", RecurrentMapping::lstm),
          Map.entry("GRU", RecurrentMapping::gru),
          Map.entry("RNN", RecurrentMapping::rnn),
          Map.entry("Resize", ResizeMapping::resize),
          Map.entry("Upsample", ResizeMapping::resize),
          Map.entry("Softmax", SoftmaxMapping::probabilities),
          Map.entry("LogSoftmax", SoftmaxMapping::logarithms),
          Map.entry("Reshape", ReshapeMapping::reshape),
          Map.entry("Flatten", ReshapeMapping::reshape),
          Map.entry("Squeeze", ReshapeMapping::reshape),
          Map.entry("Unsqueeze", ReshapeMapping::reshape),
          Map.entry("Transpose", ReshapeMapping::transpose),
          Map.entry("DepthToSpace", ReshapeMapping::depthToSpace),
          Map.entry("SpaceToDepth", ReshapeMapping::spaceToDepth),
          Map.entry("Cast", ReshapeMapping::cast),
          Map.entry("Slice", SelectMapping::slice),
          Map.entry("Split", SelectMapping::split),
          Map.entry("Gather", SelectMapping::gather),
          Map.entry("Concat", SelectMapping::concat),
          Map.entry("Pad", SelectMapping::pad),
          Map.entry("Tile", SelectMapping::tile),
          Map.entry("Expand", SelectMapping::expand),
          Map.entry("ReduceMean", ReduceMapping.of(Reduce.To.MEAN)),
          Map.entry("ReduceSum", ReduceMapping.of(Reduce.To.SUM)),
          Map.entry("ReduceMax", ReduceMapping.of(Reduce.To.MAX)),
          Map.entry("ReduceMin", ReduceMapping.of(Reduce.To.MIN)),
          Map.entry("CumSum", ReduceMapping::runningSum),
          Map.entry("ReduceL1", ReduceMapping::absolutes),
          Map.entry("ReduceL2", ReduceMapping::norm),
          Map.entry("ReduceSumSquare", ReduceMapping::squares),
          Map.entry("ReduceLogSum", ReduceMapping::logarithm),
          Map.entry("Add", CombineMapping.of(Combine.By.ADD)),
          Map.entry("Sum", CombineMapping.of(Combine.By.ADD)),
          Map.entry("Sub", CombineMapping.of(Combine.By.SUBTRACT)),
          Map.entry("Mul", CombineMapping.of(Combine.By.MULTIPLY)),
          Map.entry("Div", CombineMapping.of(Combine.By.DIVIDE)),
          Map.entry("Min", CombineMapping.of(Combine.By.MINIMUM)),
          Map.entry("Max", CombineMapping.of(Combine.By.MAXIMUM)),
          Map.entry("Pow", CombineMapping.of(Combine.By.POWER)),
          Map.entry("Mean", CombineMapping::mean),
          Map.entry("Where", CombineMapping::where),
          Map.entry(LengthMaskPattern.OPERATOR, SelectMapping::lengthMask),
          Map.entry("Relu", ActivationMapping.of(Function.RELU)),
          Map.entry("Sigmoid", ActivationMapping.of(Function.SIGMOID)),
          Map.entry("Tanh", ActivationMapping.of(Function.TANH)),
          Map.entry("HardSwish", ActivationMapping.of(Function.HARD_SWISH)),
          Map.entry("Softplus", ActivationMapping.of(Function.SOFTPLUS)),
          Map.entry("Mish", ActivationMapping.of(Function.MISH)),
          Map.entry("Exp", ActivationMapping.of(Function.EXP)),
          Map.entry("Log", ActivationMapping.of(Function.LOG)),
          Map.entry("Sqrt", ActivationMapping.of(Function.SQRT)),
          Map.entry("Erf", ActivationMapping.of(Function.ERF)),
          Map.entry("LeakyRelu", ActivationMapping::leakyRelu),
          Map.entry("ThresholdedRelu", ActivationMapping::thresholded),
          Map.entry("Elu", ActivationMapping::elu),
          Map.entry("Selu", ActivationMapping::selu),
          Map.entry("Celu", ActivationMapping::celu),
          Map.entry("HardSigmoid", ActivationMapping::hardSigmoid),
          Map.entry("Gelu", ActivationMapping::gelu),
          Map.entry("Swish", ActivationMapping::swish),
          Map.entry("Softsign", ActivationMapping::softsign),
          Map.entry("Neg", ActivationMapping::negative),
          Map.entry("Abs", ActivationMapping::absolute),
          Map.entry("Reciprocal", ActivationMapping::reciprocal),
          Map.entry("Clip", ActivationMapping::clip),
          Map.entry("PRelu", ActivationMapping::prelu));

  private OperatorTable() {}

  /** The mapping of an operator; null if there is none. */
  static @Nullable Mapping of(String operator) {
    return MAPPINGS.get(operator);
  }

  /** Names of all of ONNX's operators that are mapped, without those that fusions make. */
  public static SortedSet<String> operators() {
    SortedSet<String> names = new TreeSet<>(MAPPINGS.keySet());
    names.addAll(Expansions.OPERATORS);
    names.remove("Linear");
    names.remove(LengthMaskPattern.OPERATOR);
    return names;
  }
}
