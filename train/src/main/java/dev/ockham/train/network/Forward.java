package dev.ockham.train.network;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Runs data through an architecture; whoever calls says what linear layers and batch norms do. */
public final class Forward {

  private Forward() {}

  /** Output of the linear layer of the given number (from 0) for an input. */
  @FunctionalInterface
  public interface LinearActivation {
    Tensor of(int number, LayerSpec.Linear layer, Tensor input);
  }

  /** Output of the batch norm of the given number (from 0) for an input. */
  @FunctionalInterface
  public interface Normalization {
    Tensor of(int number, LayerSpec.BatchNorm norm, Tensor input);
  }

  /**
   * The network's output.
   *
   * @param images normalised inputs {@code [batch, channels, height, width]}
   * @return logits {@code [batch, classes]}
   */
  public static Tensor logits(
      Architecture architecture,
      Tensor images,
      LinearActivation linear,
      Normalization normalization) {
    Tensor h = images;
    int number = 0;
    int norm = 0;
    for (LayerSpec layer : architecture.layers()) {
      h =
          switch (layer) {
            case LayerSpec.Linear l -> linear.of(number++, l, h);
            case LayerSpec.BatchNorm b -> normalization.of(norm++, b, h);
            case LayerSpec.MaxPool2d p -> maxPool(h, p.size());
            case LayerSpec.Relu _ -> torch.relu(h);
            case LayerSpec.Flatten _ -> h.flatten(1, -1);
          };
    }
    return h;
  }

  private static Tensor maxPool(Tensor input, long size) {
    long[] window = {size, size};
    return torch.max_pool2d(input, window, window, new long[] {0, 0}, new long[] {1, 1}, false);
  }
}
