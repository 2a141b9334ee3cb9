package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.EpochOrder;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.PixelStatistics;
import dev.ockham.core.data.Split;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.MultiplicativeNoise;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.sample.Moments;
import dev.ockham.lab.training.BriefTraining;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.network.Network;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.posterior.SparseVdWeights;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Why Sparse VD adds its noise: the variance of θ's gradient in both parameterisations of one and
 * the same posterior as α grows, and what becomes of the KL if θ is a constant there as well
 * (arXiv:1701.05369, section 4.1).
 *
 * @param architecture the network
 * @param epochs of training before the measurement
 * @param alphas noise-to-signal ratios, rising
 * @param repetitions batches that are held while noise is drawn, at least 2
 * @param draws draws of the noise for each
 */
public record AdditiveNoiseExperiment(
    String architecture, int epochs, List<Double> alphas, int repetitions, int draws)
    implements Experiment {

  private static final int BATCH = 100;

  /** Log σ² of layers without noise: far below what float32 shows. */
  private static final float SILENT = -60;

  /** Keeps these batches apart from those of training. */
  private static final long FIXED_BATCHES = 1_000_000;

  /** Copies the list. */
  public AdditiveNoiseExperiment {
    alphas = List.copyOf(alphas);
  }

  /** At full size. */
  public static AdditiveNoiseExperiment standard() {
    return new AdditiveNoiseExperiment(
        "mlp:784-100-100-10", 5, List.of(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0), 8, 16);
  }

  @Override
  public String name() {
    return "additive-noise";
  }

  @Override
  public String summary() {
    return "Variance of the gradient by theta with multiplicative and additive noise as alpha"
        + " grows.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return (setting.quick() ? quick() : this).measure(setting).page(name());
  }

  private static AdditiveNoiseExperiment quick() {
    return new AdditiveNoiseExperiment("mlp:784-20-20-10", 1, List.of(0.1, 1.0, 10.0, 100.0), 3, 6);
  }

  AdditiveNoise measure(Setting setting) throws IOException {
    Dataset data = Dataset.named(GradientVarianceExperiment.DATA);
    Libtorch.start();
    RunSpec spec =
        RunSpec.of(Architectures.parse(architecture))
            .bayesian(Method.SPARSE_VD)
            .withEpochs(epochs)
            .withSeed(setting.seed())
            .with("training.pretrain_epochs", epochs);
    setting.progress().accept("trains a network without noise");
    BriefTraining training = BriefTraining.run(spec, data);
    int[] train =
        Split.stratified(data.train(), spec.data().validation(), spec.data().splitSeed()).train();
    PixelStatistics pixels = PixelStatistics.of((Images) data.train(), train);
    List<AdditiveNoise.Row> rows = new ArrayList<>();
    for (Estimator estimator : List.of(Estimator.LOCAL, Estimator.PER_BATCH)) {
      for (String layer : List.of("top", "bottom")) {
        setting.progress().accept(layer + " layer");
        for (double alpha : alphas) {
          rows.add(
              measure(spec.withEstimator(estimator), training, data, train, pixels, layer, alpha));
        }
      }
    }
    return new AdditiveNoise(data.name(), this, BATCH, rows, KlSlip.ofAll());
  }

  private AdditiveNoise.Row measure(
      RunSpec spec,
      BriefTraining training,
      Dataset data,
      int[] train,
      PixelStatistics pixels,
      String layer,
      double alpha)
      throws IOException {
    Kernels kernels = Kernels.create();
    var scaling = InputScaling.all((float) pixels.mean(), (float) (1 / pixels.standardDeviation()));
    try (Network network = new Network(Architectures.parse(architecture), spec.method())) {
      network.restore(training.last(), kernels);
      int noisy = layer.equals("top") ? network.layers().size() - 1 : 0;
      for (int i = 0; i < network.layers().size(); i++) {
        setNoise((SparseVdWeights) network.layers().get(i).weights(), i == noisy ? alpha : 0);
        network.layers().get(i).weights().refresh(kernels);
      }
      float[] theta = network.layers().get(noisy).weights().theta().value().toArray();
      double[] multiplicative = new double[repetitions];
      double[] additive = new double[repetitions];
      try (LikelihoodGradient gradient =
          new LikelihoodGradient(network, data.train(), scaling, train.length, BATCH, kernels)) {
        for (int repetition = 0; repetition < repetitions; repetition++) {
          long seed = spec.training().seed();
          int[] batch =
              Arrays.copyOf(EpochOrder.of(train, seed, FIXED_BATCHES + repetition), BATCH);
          float[][] byTheta = new float[draws][];
          float[][] byScale = new float[draws][];
          for (int draw = 0; draw < draws; draw++) {
            var noise = new NoiseSource(seed, -10 - (repetition * 1000L + draw));
            var of = gradient.of(batch, BATCH, noise, noisy).getFirst();
            byTheta[draw] = of.theta();
            byScale[draw] = throughScale(theta, of, alpha);
          }
          additive[repetition] = variance(byTheta);
          multiplicative[repetition] = variance(byScale);
        }
      }
      return new AdditiveNoise.Row(
          layer,
          spec.method().estimator(),
          alpha,
          Moments.of(multiplicative),
          Moments.of(additive));
    }
  }

  private static double variance(float[][] gradients) {
    return DrawnVariance.of(gradients, BATCH, new float[0][], 0).total();
  }

  /** Sets σ² = αθ² in every weight. */
  private static void setNoise(SparseVdWeights weights, double alpha) {
    float[] theta = weights.theta().value().toArray();
    float[] logSigma2 = new float[theta.length];
    for (int i = 0; i < theta.length; i++) {
      double wanted = Math.log(alpha) + 2 * Math.log(Math.abs(theta[i]));
      logSigma2[i] = (float) Math.max(SILENT, wanted);
    }
    weights.logSigma2().value().set(logSigma2);
  }

  /** The gradient by θ when σ² = αθ² follows it, by the chain rule that vd-b trains with. */
  private static float[] throughScale(
      float[] theta, LikelihoodGradient.OfLayer gradient, double alpha) {
    float[] sigma2 = new float[theta.length];
    for (int i = 0; i < theta.length; i++) {
      sigma2[i] = (float) (alpha * theta[i] * theta[i]);
    }
    float[] byTheta = gradient.theta().clone();
    float[] bySigma2 = Objects.requireNonNull(gradient.sigma2()).clone();
    MultiplicativeNoise.gradients(
        MemorySegment.ofArray(theta),
        MemorySegment.ofArray(sigma2),
        MemorySegment.ofArray(byTheta),
        MemorySegment.ofArray(bySigma2),
        0,
        theta.length);
    return byTheta;
  }
}
