package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
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
    return (setting.quick() ? quick() : this).measure(setting);
  }

  private static EquivalenceExperiment quick() {
    return new EquivalenceExperiment("mlp:784-20-10", 1, 2000);
  }

  private LabPage measure(Setting setting) throws IOException {
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
    TrainedNetwork reference = all.getFirst();
    TrainedNetwork prior = TrainedNetwork.named(all, "bnn, β = 0");
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("data", data.name());
    result.put("architecture", architecture);
    result.put(
        "rows",
        all.stream().map(t -> t.json(t.name().startsWith("bnn") ? prior : reference)).toList());
    result.put("kl_gradient", priors.slopeRows());
    result.put("network_kl", priors.networkRows());
    result.put("moments", moments.rows());
    return new LabPage(
        name(),
        "Dropout that is variational inference",
        "Gaussian dropout came from regularisation, variational dropout from Bayes. When are they"
            + " the same, and which prior does dropout believe in?",
        List.of(bits(all), priors.finding(all), moments.finding(all)),
        result);
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

  private Finding bits(List<TrainedNetwork> all) {
    TrainedNetwork dropout = all.getFirst();
    TrainedNetwork fixed = TrainedNetwork.named(all, "vd-b, α fixed");
    List<List<String>> cells = new ArrayList<>();
    for (TrainedNetwork t : all) {
      if (!t.name().startsWith("bnn")) {
        cells.add(
            Table.row(
                t.name(),
                "sha256:" + t.training().weightsSha256().substring(0, 8),
                String.format(Locale.ROOT, "%.0f %%", Math.floor(100 * t.equalBits(dropout))),
                TrainedNetwork.percent(t.distance(dropout)),
                t.end().nll(),
                String.format(Locale.ROOT, "%.1f", t.errorPercent()),
                String.format(Locale.ROOT, "%.0f", t.end().klNats())));
      }
    }
    boolean same = dropout.equalBits(fixed) == 1;
    return Finding.of(
            same ? "The same network, bit for bit" : "Not the same network",
            ("Gaussian dropout B draws pre-activations from N(Σ aθ, α Σ a²θ²). Variational dropout"
                    + " with w ~ N(θ, αθ²), drawn locally, does so too. Both are trained here from"
                    + " the same seed, %s for %s epochs on %s with α = 1 on hidden units and ¼ on"
                    + " the input: the same noise is drawn at every step. %s")
                .formatted(
                    architecture,
                    epochs,
                    GradientVarianceExperiment.DATA,
                    same
                        ? "All "
                            + String.format(Locale.ROOT, "%,d", dropout.theta().length)
                            + " weights end with the same bits, and the files of the two models"
                            + " hold the same hash of their weights."
                        : "Their weights differ."),
            String.format(
                    Locale.ROOT,
                    "Variational dropout also has a KL, of %,.0f nats. It is a function of α alone,"
                        + " α is",
                    fixed.end().klNats())
                + " fixed, so its gradient by θ is zero and training cannot tell it from a"
                + " constant: with β = 0 the bits are the same again. Learning α, or another seed,"
                + " gives other bits.")
        .with(
            Figure.of(
                "equivalence-weights",
                "Weights of the bottom layer after training, one dot a weight, against those of"
                    + " Gaussian dropout B: on the diagonal where all bits agree.",
                2,
                against(dropout, fixed),
                against(dropout, TrainedNetwork.named(all, "vd-b, α learnt")),
                against(dropout, TrainedNetwork.named(all, "gaussian-dropout-a")),
                against(dropout, TrainedNetwork.named(all, "binary-dropout"))))
        .with(
            new Table(
                "Compared with gaussian-dropout-b; distance is ‖θ − θ′‖/‖θ′‖, NLL of the last epoch"
                    + " under noise, error on validation images",
                List.of("training", "weights", "equal", "distance", "NLL", "error %", "KL, nats"),
                cells))
        .beside(
            Paper.of(
                "Kingma et al., arXiv:1506.02557, sections 3.2 and 3.3",
                "Shows that Gaussian dropout optimises a variational bound whose prior is such that"
                    + " the KL does not depend on θ, which only the log-uniform prior does, and"
                    + " that α may then be learnt. It reports the errors of both, not their"
                    + " weights."));
  }
}
