package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.training.BriefTraining;
import dev.ockham.train.engine.Libtorch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/**
 * Gaussian dropout of type B and variational dropout with a fixed α are the same training: bit for
 * bit, and for one prior only (arXiv:1506.02557, sections 3.2 and 3.3). Binary dropout and type A
 * have the same moments and give other networks.
 *
 * @param architecture the network
 * @param epochs of every training run
 * @param draws of the noise for the moments of a pre-activation
 */
public record EquivalenceExperiment(String architecture, int epochs, int draws)
    implements Experiment {

  private static final int DOTS = 1500;

  /** At full size. */
  public static EquivalenceExperiment standard() {
    return new EquivalenceExperiment("mlp:784-100-10", 5, 4000);
  }

  @Override
  public String name() {
    return "equivalence";
  }

  @Override
  public String summary() {
    return "Gaussian dropout is variational dropout with a fixed alpha, bit for bit.";
  }

  private RunSpec spec(Method method, Setting setting) {
    return RunSpec.of(Architectures.parse(architecture))
        .bayesian(method)
        .withEpochs(epochs)
        .withSeed(setting.seed());
  }

  private TrainedNetwork train(String name, RunSpec spec, Dataset data, Setting setting)
      throws IOException {
    setting.progress().accept("trains " + name);
    BriefTraining training = BriefTraining.run(spec, data);
    List<float[]> layers = new ArrayList<>();
    for (var layer : Architectures.parse(architecture).weightTensors()) {
      layers.add(training.values(ParameterNames.theta(layer)));
    }
    float[] all = new float[layers.stream().mapToInt(values -> values.length).sum()];
    int at = 0;
    for (float[] values : layers) {
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return new TrainedNetwork(name, training, all, layers.getFirst());
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    EquivalenceExperiment sized = setting.quick() ? quick() : this;
    return sized.page(sized.measure(setting));
  }

  private static EquivalenceExperiment quick() {
    return new EquivalenceExperiment("mlp:784-20-10", 1, 2000);
  }

  /**
   * What was measured.
   *
   * @param data name of the data
   * @param all the trained networks, the one to compare with first
   * @param priors what a prior says of θ while α is held
   * @param moments of pre-activations
   */
  record Measured(
      String data,
      List<TrainedNetwork> all,
      PriorAtFixedAlpha priors,
      PreActivationMoments moments) {
    Measured {
      all = List.copyOf(all);
    }

    Map<String, Object> json() {
      TrainedNetwork prior = TrainedNetwork.named(all, "bnn, β = 0");
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("data", data);
      result.put("architecture", priors.architecture());
      result.put(
          "rows",
          all.stream()
              .map(t -> t.json(t.name().startsWith("bnn") ? prior : all.getFirst()))
              .toList());
      result.put("kl_gradient", priors.slopeRows());
      result.put("network_kl", priors.networkRows());
      result.put("moments", moments.rows());
      return result;
    }
  }

  private Measured measure(Setting setting) throws IOException {
    Dataset data = Dataset.named(GradientVarianceExperiment.DATA);
    Libtorch.start();
    RunSpec dropout = spec(Method.GAUSSIAN_DROPOUT_B, setting);
    // The values at which dropout B stands: only the prior is new.
    RunSpec fixed =
        spec(Method.VD_B, setting)
            .with("method.learn_alpha", false)
            .with("method.alpha", dropout.method().alpha())
            .with("method.input_alpha", dropout.method().inputAlpha());
    RunSpec bayesian = spec(Method.BNN, setting).with("method.initial_log_sigma2", -6);
    List<TrainedNetwork> all = new ArrayList<>();
    all.add(train("gaussian-dropout-b", dropout, data, setting));
    all.add(train("vd-b, α fixed", fixed, data, setting));
    all.add(train("vd-b, α fixed, β = 0", fixed.withBeta(0), data, setting));
    all.add(train("vd-b, α learnt", fixed.with("method.learn_alpha", true), data, setting));
    all.add(
        train(
            "gaussian-dropout-b, another seed",
            dropout.withSeed(setting.seed() + 1),
            data,
            setting));
    all.add(train("gaussian-dropout-a", spec(Method.GAUSSIAN_DROPOUT_A, setting), data, setting));
    all.add(train("binary-dropout", spec(Method.BINARY_DROPOUT, setting), data, setting));
    all.add(train("bnn, β = 0", bayesian.withBeta(0), data, setting));
    all.add(train("bnn, β = 1", bayesian, data, setting));
    setting.progress().accept("moments of pre-activations");
    PreActivationMoments moments = PreActivationMoments.of(dropout, data, draws);
    PriorAtFixedAlpha priors =
        PriorAtFixedAlpha.of(architecture, setting.seed(), method -> spec(method, setting));
    return new Measured(data.name(), all, priors, moments);
  }

  private static XYChart against(TrainedNetwork one, TrainedNetwork other) {
    // Weights of the bottom layer, evenly from all of it.
    int stride = Math.max(1, one.bottom().length / DOTS);
    double[] xs = new double[one.bottom().length / stride];
    double[] ys = new double[xs.length];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = one.bottom()[i * stride];
      ys[i] = other.bottom()[i * stride];
    }
    return Plot.panel(other.name(), "θ of " + one.name(), "θ")
        .scatter("weights", xs, ys, one.equalBits(other) == 1 ? Plot.BLUE : Plot.RED)
        .x(-0.2, 0.2)
        .y(-0.2, 0.2)
        .chart();
  }

  private LabPage page(Measured measured) throws IOException {
    List<TrainedNetwork> all = measured.all();
    TrainedNetwork dropout = all.getFirst();
    TrainedNetwork fixed = TrainedNetwork.named(all, "vd-b, α fixed");
    String verdict = dropout.equalBits(fixed) == 1 ? "same" : "other";
    PageText text =
        PageText.of(EquivalenceExperiment.class, name())
            .put("architecture", architecture)
            .put("epochs", epochs)
            .put("data", GradientVarianceExperiment.DATA)
            .put("weights", dropout.theta().length)
            .put("kl", fixed.end().klNats())
            .choose("same", verdict)
            .choose("bits", verdict + " bits")
            .rows(
                "bits",
                all.stream().filter(t -> !t.name().startsWith("bnn")).toList(),
                t -> cells(t, dropout))
            .charts(
                "equivalence-weights",
                2,
                List.of(
                    against(dropout, fixed),
                    against(dropout, TrainedNetwork.named(all, "vd-b, α learnt")),
                    against(dropout, TrainedNetwork.named(all, "gaussian-dropout-a")),
                    against(dropout, TrainedNetwork.named(all, "binary-dropout"))));
    measured.priors().fill(text, all);
    measured.moments().fill(text, all);
    return text.page(name(), measured.json());
  }

  private static List<String> cells(TrainedNetwork t, TrainedNetwork dropout) {
    return Table.row(
        t.name(),
        "sha256:" + t.training().weightsSha256().substring(0, 8),
        String.format(Locale.ROOT, "%.0f %%", Math.floor(100 * t.equalBits(dropout))),
        TrainedNetwork.percent(t.distance(dropout)),
        t.end().nll(),
        String.format(Locale.ROOT, "%.1f", t.errorPercent()),
        String.format(Locale.ROOT, "%.0f", t.end().klNats()));
  }
}
