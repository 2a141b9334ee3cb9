package dev.ockham.train.run;

import dev.ockham.core.data.Examples;
import dev.ockham.core.data.FeatureStatistics;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.PixelStatistics;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run's raw inputs go through: the means and deviations that its settings give, else those
 * of the examples that it trains on. Grey pictures have one of each, pictures in colour one for
 * each channel, float features one for each.
 */
final class RunScaling {

  private RunScaling() {}

  /**
   * The scaling of a run.
   *
   * @param train indices of the examples to measure
   */
  static InputScaling of(DataSpec spec, Examples examples, int[] train) {
    return switch (examples) {
      case Images images -> ofChannels(spec, channels(spec, images, train));
      case Features features ->
          given(spec, FeatureStatistics.of(features, train, spec.inputDeviation()));
    };
  }

  /**
   * Mean and deviation of every channel, of pixels from 0 to 255.
   *
   * @throws SpecException if the settings give numbers for another number of channels
   */
  static List<PixelStatistics> channels(DataSpec spec, Images images, int[] train) {
    List<PixelStatistics> measured = PixelStatistics.ofChannels(images, train);
    requireCount("data.mean", spec.mean(), measured.size(), "channels");
    requireCount("data.deviation", spec.deviation(), measured.size(), "channels");
    List<PixelStatistics> channels = new ArrayList<>();
    for (int i = 0; i < measured.size(); i++) {
      channels.add(
          new PixelStatistics(
              spec.mean().isEmpty()
                  ? measured.get(i).mean()
                  : PixelStatistics.BRIGHTEST * at(spec.mean(), i),
              spec.deviation().isEmpty()
                  ? measured.get(i).standardDeviation()
                  : PixelStatistics.BRIGHTEST * at(spec.deviation(), i)));
    }
    return channels;
  }

  /** What brings a channel to the deviation that is asked for; 1 where it has only one value. */
  static double scale(DataSpec spec, PixelStatistics channel) {
    double deviation = channel.standardDeviation();
    return deviation > 0 ? spec.inputDeviation() / deviation : 1;
  }

  private static InputScaling ofChannels(DataSpec spec, List<PixelStatistics> channels) {
    float[] mean = new float[channels.size()];
    float[] scale = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) channels.get(i).mean();
      scale[i] = (float) scale(spec, channels.get(i));
    }
    return new InputScaling(mean, scale);
  }

  private static InputScaling given(DataSpec spec, InputScaling measured) {
    int size = measured.mean().length;
    requireCount("data.mean", spec.mean(), size, "features");
    requireCount("data.deviation", spec.deviation(), size, "features");
    float[] mean = measured.mean().clone();
    float[] scale = measured.scale().clone();
    for (int i = 0; i < size; i++) {
      if (!spec.mean().isEmpty()) {
        mean[i] = (float) at(spec.mean(), i);
      }
      if (!spec.deviation().isEmpty()) {
        scale[i] = (float) (spec.inputDeviation() / at(spec.deviation(), i));
      }
    }
    return new InputScaling(mean, scale);
  }

  private static void requireCount(String path, List<Double> given, int wanted, String what) {
    if (given.size() > 1 && given.size() != wanted) {
      throw new SpecException(
          "%s has %s numbers, but the data have %s %s".formatted(path, given.size(), wanted, what));
    }
  }

  /** One number stands for all. */
  private static double at(List<Double> numbers, int index) {
    return numbers.get(numbers.size() == 1 ? 0 : index);
  }
}
