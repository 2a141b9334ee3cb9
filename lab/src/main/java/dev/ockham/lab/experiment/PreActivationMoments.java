package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.PixelStatistics;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Moments;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.pass.NormStatistics;
import dev.ockham.train.pass.Norms;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Moments of a pre-activation under noise on units and on weights.
 *
 * @param draws of the noise
 * @param moments one a method
 */
record PreActivationMoments(int draws, List<PreActivation> moments) {

  /** One layer, so that its pre-activations are the network's output. */
  private static final String ONE_LAYER = "mlp:784-10";

  /**
   * Pre-activations of one example under the noise that training draws.
   *
   * @param exact its variance α Σ a²θ²
   * @param correlation of the two outputs that correlate most under noise on units
   * @param exactCorrelation the same, exactly
   */
  record PreActivation(
      String method,
      double gamma,
      double exact,
      Moments sampled,
      double correlation,
      double exactCorrelation) {

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("method", method);
      json.putAll(sampled.json(gamma, exact));
      json.put("correlation_of_outputs", correlation);
      json.put("exact_correlation_of_outputs", exactCorrelation);
      return json;
    }
  }

  /** Draws the noise of one layer under each method that has the same moments. */
  static PreActivationMoments of(RunSpec spec, Dataset data, int draws) {
    Kernels kernels = Kernels.create();
    Architecture oneLayer = Architectures.parse(ONE_LAYER);
    Images images = (Images) data.train();
    PixelStatistics pixels = PixelStatistics.of(images, new int[] {0});
    var scaling = InputScaling.all((float) pixels.mean(), (float) (1 / pixels.standardDeviation()));
    long seed = spec.training().seed();
    List<PreActivation> found = new ArrayList<>();
    for (Method method :
        List.of(Method.BINARY_DROPOUT, Method.GAUSSIAN_DROPOUT_A, Method.GAUSSIAN_DROPOUT_B)) {
      RunSpec of = spec.with("method.name", method.name()).with("method.input_alpha", 1.0);
      try (Network network = new Network(oneLayer, of.method());
          Arena arena = Arena.ofShared();
          Replica replica = new Replica(network, scaling, 1, kernels, arena)) {
        network.initialize(InitialWeights.HE, seed, kernels);
        OneLayer layer = OneLayer.of(network, images, pixels);
        int[] pair = layer.mostCorrelated();
        double[] first = new double[draws];
        double[] second = new double[draws];
        int[] example = {0};
        for (int draw = 0; draw < draws; draw++) {
          float[] logits = logits(replica, images, example, new NoiseSource(seed, -2 - draw));
          first[draw] = logits[pair[0]];
          second[draw] = logits[pair[1]];
        }
        boolean ownNoise = method.noisyWeights();
        found.add(
            new PreActivation(
                method.name(),
                layer.mean(pair[0]),
                layer.covariance(pair[0], pair[0]),
                Moments.of(first),
                Moments.correlation(first, second),
                ownNoise ? 0 : layer.correlation(pair[0], pair[1])));
      }
    }
    return new PreActivationMoments(draws, found);
  }

  /**
   * One example and the weights of one layer, in double.
   *
   * @param a inputs
   * @param theta weights, row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record OneLayer(double[] a, float[] theta) {

    static OneLayer of(Network network, Images images, PixelStatistics pixels) {
      double[] a = new double[images.pixelsPerImage()];
      for (int i = 0; i < a.length; i++) {
        int pixel = images.pixels().get(ValueLayout.JAVA_BYTE, i) & 0xFF;
        a[i] = (pixel - pixels.mean()) / pixels.standardDeviation();
      }
      return new OneLayer(a, network.layers().getFirst().weights().theta().value().toArray());
    }

    double mean(int output) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * theta[output * a.length + i];
      }
      return sum;
    }

    /** Σ a²θθ′: of two outputs whose inputs are multiplied by noise of variance 1. */
    double covariance(int one, int other) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * a[i] * theta[one * a.length + i] * theta[other * a.length + i];
      }
      return sum;
    }

    double correlation(int one, int other) {
      return covariance(one, other) / Math.sqrt(covariance(one, one) * covariance(other, other));
    }

    int[] mostCorrelated() {
      int[] best = {0, 1};
      for (int one = 0; one < theta.length / a.length; one++) {
        for (int other = 0; other < one; other++) {
          if (Math.abs(correlation(one, other)) > Math.abs(correlation(best[0], best[1]))) {
            best = new int[] {one, other};
          }
        }
      }
      return best;
    }
  }

  private static float[] logits(Replica replica, Images images, int[] example, NoiseSource noise) {
    return replica
        .logits(images, example, noise, new Norms.Fixed(new NormStatistics()))
        .toArray(ValueLayout.JAVA_FLOAT);
  }

  /** The moments, as JSON. */
  List<Map<String, Object>> rows() {
    return moments.stream().map(PreActivation::json).toList();
  }

  /** Fills its part of the page, beside what training with each method gave. */
  void fill(PageText text, List<TrainedNetwork> all) {
    TrainedNetwork dropout = all.getFirst();
    TrainedNetwork binary = TrainedNetwork.named(all, "binary-dropout");
    TrainedNetwork units = TrainedNetwork.named(all, "gaussian-dropout-a");
    TrainedNetwork seed = TrainedNetwork.named(all, "gaussian-dropout-b, another seed");
    text.put("gamma", moments.getFirst().gamma())
        .put("exact", moments.getFirst().exact())
        .put("draws", draws)
        .put("binaryAway", TrainedNetwork.percent(binary.distance(dropout)))
        .put("unitsAway", TrainedNetwork.percent(units.distance(dropout)))
        .put("seedAway", TrainedNetwork.percent(seed.distance(dropout)))
        .put("binaryError", binary.errorPercent())
        .put("unitsError", units.errorPercent())
        .put("dropoutError", dropout.errorPercent())
        .rows("moments", moments, PreActivationMoments::cells);
  }

  private static List<String> cells(PreActivation m) {
    return Table.row(
        m.method(),
        m.sampled().meanText(3),
        m.sampled().varianceText(3),
        String.format(Locale.ROOT, "%.3f", m.sampled().excessKurtosis()),
        String.format(Locale.ROOT, "%.3f", m.correlation()),
        String.format(Locale.ROOT, "%.3f", m.exactCorrelation()));
  }
}
