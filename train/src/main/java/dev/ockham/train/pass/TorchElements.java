package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Operators that make each number of one or two, in libtorch. */
final class TorchElements {

  private TorchElements() {}

  /** A function of each number. */
  static Tensor activation(Activation activation, Tensor x) {
    Scalar first = new Scalar(activation.first());
    Scalar second = new Scalar(activation.second());
    Scalar one = new Scalar(1f);
    return switch (activation.function()) {
      case RELU -> x.relu();
      case CLIP -> between(x, activation.first(), activation.second());
      case LEAKY_RELU -> torch.leaky_relu(x, first);
      case ELU -> torch.elu(x, first, one, one);
      case GELU -> torch.gelu(x, "none");
      case GELU_TANH -> torch.gelu(x, "tanh");
      case SILU -> torch.silu(x);
      case MISH -> torch.mish(x);
      case HARD_SWISH -> torch.hardswish(x);
      case HARD_SIGMOID -> between(x.mul(first).add(second), 0, 1);
      case SIGMOID -> x.sigmoid();
      case TANH -> x.tanh();
      case SOFTPLUS -> torch.softplus(x);
      case SQRT -> x.sqrt();
      case EXP -> x.exp();
      case LOG -> x.log();
      case SIN -> x.sin();
      case COS -> x.cos();
      case ERF -> x.erf();
      case THRESHOLD -> torch.threshold(x, first, new Scalar(0f));
      case SHRINK -> x.sub(x.sign().mul(second)).mul(x.abs().gt(first));
      case SCALE -> x.mul(first).add(second);
    };
  }

  private static Tensor between(Tensor x, float low, float high) {
    return x.clamp(new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high)));
  }

  /**
   * x, or a slope times x below 0.
   *
   * @param slope in a shape that fits x
   */
  static Tensor sloped(Tensor x, Tensor slope) {
    return torch.where(x.ge(new Scalar(0f)), x, x.mul(slope));
  }

  /** Two values, axes of examples aligned at the last. */
  static Tensor combined(Combine combine, Tensor left, Tensor right) {
    long rank = Math.max(left.dim(), right.dim());
    Tensor x = ofRank(left, rank);
    Tensor y = ofRank(right, rank);
    return switch (combine.by()) {
      case ADD -> x.add(y);
      case SUBTRACT -> x.sub(y);
      case MULTIPLY -> x.mul(y);
      case DIVIDE -> x.div(y);
      case MINIMUM -> torch.minimum(x, y);
      case MAXIMUM -> torch.maximum(x, y);
      case POWER -> x.pow(y);
    };
  }

  /** Axes of size 1 behind the batch. */
  private static Tensor ofRank(Tensor x, long rank) {
    if (x.dim() == rank) {
      return x;
    }
    long[] own = x.shape();
    LongStream ones = LongStream.generate(() -> 1).limit(rank - own.length);
    return x.reshape(
        LongStream.concat(
                LongStream.concat(LongStream.of(own[0]), ones), LongStream.of(own).skip(1))
            .toArray());
  }

  /** {@code (x − mean) · scale}. */
  static TorchFunction standardized(Standardize standardize, TorchParameters parameters, Shape in) {
    Tensor mean = parameters.of("mean");
    Tensor scale = parameters.of("scale");
    return (inputs, _) ->
        inputs
            .getFirst()
            .sub(spread(standardize.each(), mean, in))
            .mul(spread(standardize.each(), scale, in));
  }

  private static Tensor spread(Standardize.Each each, Tensor numbers, Shape in) {
    return switch (each) {
      case ALL -> numbers;
      case UNIT -> TorchAxes.along(numbers, 0, in);
      case FEATURE -> numbers.reshape(in.withBatch(1));
    };
  }

  /** Adds a number that depends on unit and kind of position. */
  static TorchFunction biased(BiasMap map, TorchParameters parameters) {
    Tensor shift = parameters.of("shift");
    return (inputs, _) -> {
      Tensor spread = shift;
      for (int axis = 0; axis < map.kinds().size(); axis++) {
        Tensor kinds = Tensor.create(TorchAxes.longs(map.kinds().get(axis)));
        spread = spread.index_select(axis + 1, kinds);
      }
      return inputs.getFirst().add(spread.unsqueeze(0));
    };
  }

  /** Keeps or shuts units by what they are for the example at hand. */
  static TorchFunction gated(DependentGate gate, TorchParameters parameters, Shape in) {
    Tensor scale = parameters.of("scale");
    Tensor shift = parameters.of("shift");
    Tensor factor = parameters.of("factor");
    long[] positions =
        LongStream.range(1, in.rank() + 1L).filter(axis -> axis != gate.axis() + 1).toArray();
    return (inputs, _) -> {
      Tensor x = inputs.getFirst();
      Tensor h = positions.length == 0 ? x : x.mean(positions, true, new ScalarTypeOptional());
      Tensor open =
          between(
              h.mul(TorchAxes.along(scale, gate.axis(), in))
                  .add(TorchAxes.along(shift, gate.axis(), in)),
              0,
              1);
      Tensor g = open.mul(TorchAxes.along(factor, gate.axis(), in));
      return x.mul(g.masked_fill(g.le(new Scalar(gate.cut())), new Scalar(0f)));
    };
  }

  /** A number for each step that is real, another for those that are not. */
  static Tensor mask(LengthMask mask, Tensor lengths) {
    Tensor steps = torch.arange(new Scalar((long) mask.steps())).unsqueeze(0);
    Tensor real = steps.lt(lengths.reshape(-1, 1));
    return torch
        .zeros(lengths.size(0), mask.steps())
        .masked_fill(real, new Scalar(mask.within()))
        .masked_fill(real.logical_not(), new Scalar(mask.beyond()));
  }

  /** Values behind each other along an axis of an example. */
  static Tensor joined(List<Tensor> inputs, int axis) {
    return torch.cat(new TensorVector(inputs.toArray(Tensor[]::new)), axis + 1L);
  }
}
