package dev.ockham.train.pass;

import dev.ockham.core.prune.UnitMoments;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.engine.TensorMemory;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Normalisations in libtorch. */
final class TorchNorms {

  private TorchNorms() {}

  /**
   * What a normalisation computes. A batch norm takes what the pass says; statistics that the graph
   * has itself have no part in it.
   *
   * @param in shape of an example's input
   */
  static TorchFunction of(Normalize norm, TorchParameters parameters, Shape in) {
    TensorOptional scale = parameters.optional("scale");
    TensorOptional shift = parameters.optional("shift");
    return switch (norm.over()) {
      case BATCH ->
          (inputs, share) ->
              switch (share.norms()) {
                case Norms.OfBatch() -> ofBatch(norm, inputs.getFirst(), scale, shift);
                case Norms.Fixed(NormStatistics statistics) ->
                    rescaled(norm, in, inputs.getFirst(), statistics.of(parameters.node().name()));
                case Norms.Recorded(NormStatistics statistics) -> {
                  NormStatistics.Rescaling recorded = measured(norm, parameters, inputs.getFirst());
                  statistics.put(parameters.node().name(), recorded);
                  yield rescaled(norm, in, inputs.getFirst(), recorded);
                }
              };
      case LAYER -> {
        long[] over = TorchAxes.longs(in.dims().subList(norm.axis(), in.rank()));
        yield (inputs, _) ->
            torch.layer_norm(inputs.getFirst(), over, scale, shift, norm.epsilon(), false);
      }
      case GROUP -> (inputs, _) -> ofGroups(norm, norm.groups(), inputs.getFirst(), scale, shift);
      case INSTANCE -> {
        int units = in.dim(norm.axis());
        yield (inputs, _) -> ofGroups(norm, units, inputs.getFirst(), scale, shift);
      }
    };
  }

  /**
   * Normalises by mean and biased variance of the batch itself, through which gradients flow
   * (arXiv:1502.03167, algorithm 1). A unit that is the same for all of the batch gives β.
   */
  private static Tensor ofBatch(
      Normalize norm, Tensor input, TensorOptional scale, TensorOptional shift) {
    TensorOptional none = new TensorOptional();
    return unitsBack(
        norm,
        torch.batch_norm(
            unitsFirst(norm, input), scale, shift, none, none, true, 0, norm.epsilon(), false));
  }

  private static Tensor ofGroups(
      Normalize norm, long groups, Tensor input, TensorOptional scale, TensorOptional shift) {
    return unitsBack(
        norm,
        torch.group_norm(unitsFirst(norm, input), groups, scale, shift, norm.epsilon(), false));
  }

  /** Units behind the batch, where libtorch looks for them. */
  private static Tensor unitsFirst(Normalize norm, Tensor x) {
    return norm.axis() == 0 ? x : x.movedim(norm.axis() + 1, 1).contiguous();
  }

  private static Tensor unitsBack(Normalize norm, Tensor y) {
    return norm.axis() == 0 ? y : y.movedim(1, norm.axis() + 1);
  }

  private static Tensor rescaled(
      Normalize norm, Shape in, Tensor input, NormStatistics.Rescaling rescaling) {
    Tensor scale = TorchAxes.along(Tensor.create(rescaling.scale()), norm.axis(), in);
    Tensor shift = TorchAxes.along(Tensor.create(rescaling.shift()), norm.axis(), in);
    return input.mul(scale).add(shift);
  }

  private static NormStatistics.Rescaling measured(
      Normalize norm, TorchParameters parameters, Tensor input) {
    Tensor x = unitsFirst(norm, input.detach());
    int units = Math.toIntExact(x.size(1));
    int positions = Math.toIntExact(x.numel() / (x.size(0) * units));
    UnitMoments moments = new UnitMoments(units, positions);
    moments.add(floats(x.contiguous()));
    return NormStatistics.Rescaling.of(
        moments,
        numbers(parameters.find("scale"), units, 1),
        numbers(parameters.find("shift"), units, 0),
        norm.epsilon());
  }

  private static float[] numbers(@Nullable Tensor leaf, int units, float otherwise) {
    if (leaf != null) {
      return floats(leaf);
    }
    float[] numbers = new float[units];
    Arrays.fill(numbers, otherwise);
    return numbers;
  }

  private static float[] floats(Tensor tensor) {
    return TensorMemory.of(tensor).toArray(ValueLayout.JAVA_FLOAT);
  }
}
