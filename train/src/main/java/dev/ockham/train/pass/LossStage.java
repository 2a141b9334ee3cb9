package dev.ockham.train.pass;

import dev.ockham.core.data.Examples;
import dev.ockham.core.kernel.CrossEntropy;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.loss.Loss;
import java.util.Arrays;
import java.util.List;

/**
 * The end of a pass: the loss of its outputs for a thread's share of a batch, and the gradient by
 * each of them, with which the way back begins. The only place that knows how a {@link Loss} is
 * computed.
 */
final class LossStage {

  private final Kernels kernels;
  private final List<PassValue> outputs;

  /**
   * The loss behind some outputs.
   *
   * @param outputs in the graph's order; each has memory for its gradient when {@link #run} is
   *     called
   */
  LossStage(List<PassValue> outputs, Kernels kernels) {
    this.outputs = outputs;
    this.kernels = kernels;
  }

  /**
   * Writes the gradient by every output of the loss summed over a share, divided by {@code batch}.
   *
   * @param from the data
   * @param examples indices into {@code from} of what the outputs were computed for
   * @param batch examples of the whole step
   * @return the loss summed over the share
   */
  double run(Loss loss, Examples from, int[] examples, int batch) {
    float scale = 1.0f / batch;
    return switch (loss) {
      case Loss.Classification() -> {
        PassValue logits = only();
        int[] labels = Arrays.stream(examples).map(from::label).toArray();
        yield CrossEntropy.nll(
            kernels, logits.values(), labels, logits.size(), scale, logits.gradient());
      }
      case Loss.Teacher teacher -> {
        double sum = 0;
        for (int k = 0; k < outputs.size(); k++) {
          PassValue output = outputs.get(k);
          sum +=
              teacher
                  .distances()
                  .get(k)
                  .sum(
                      kernels,
                      output.values(),
                      teacher.targets().values(k),
                      examples,
                      output.size(),
                      scale,
                      output.gradient());
        }
        yield sum;
      }
    };
  }

  private PassValue only() {
    if (outputs.size() != 1) {
      throw new IllegalStateException("labels belong to one output, not to " + outputs.size());
    }
    return outputs.getFirst();
  }
}
