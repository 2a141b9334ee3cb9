package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.loss.Agreement;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.spec.SpecTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is written down after each epoch.
 *
 * @param epoch number of the epoch, from 1
 * @param step optimiser steps since the run began
 * @param loss which loss the run has
 * @param likelihood whether its mean over the training examples is an NLL: not with class weights,
 *     smoothing or mixup
 * @param nll mean loss per training example under noise over the epoch, in nats: the NLL of what is
 *     known of it, a pseudo-likelihood, or with a teacher the distance from its outputs
 * @param klNats KL of all weights at the epoch's end, in nats
 * @param beta weight of the KL at the last step
 * @param learningRate learning rate at the last step
 * @param validation with the mean weights; null where no images were held out
 * @param prunedValidation with the mean weights that stay at the threshold; null likewise
 * @param layers weights that stay, per layer
 * @param seconds wall-clock of the epoch, training and validation
 */
public record EpochMetrics(
    int epoch,
    long step,
    LossKind loss,
    boolean likelihood,
    double nll,
    double klNats,
    double beta,
    double learningRate,
    @Nullable Score validation,
    @Nullable Score prunedValidation,
    List<LayerCount> layers,
    double seconds) {

  private static final String NLL = "nll";
  private static final String LOSS = "loss";
  private static final String ERROR = "error_percent";
  private static final String LABEL_ERROR = "label_error_percent";
  private static final String RELATIVE = "relative_error";
  private static final String RMSE = "rmse";
  private static final String KIND = "loss_kind";

  /** The metrics of a run that learns labels. */
  public EpochMetrics(
      int epoch,
      long step,
      double nll,
      double klNats,
      double beta,
      double learningRate,
      @Nullable Score validation,
      @Nullable Score prunedValidation,
      List<LayerCount> layers,
      double seconds) {
    this(
        epoch,
        step,
        LossKind.CLASSIFICATION,
        true,
        nll,
        klNats,
        beta,
        learningRate,
        validation,
        prunedValidation,
        layers,
        seconds);
  }

  /**
   * How good a network is on some examples.
   *
   * @param wrong share of examples whose class is wrong, or of labels, where there are several, in
   *     percent; null where there are neither
   * @param nll mean loss in nats: the NLL, or the distance where the loss is no likelihood
   * @param relativeErrors 1 − R² of each output, against a teacher's (see {@link Agreement}) or the
   *     right numbers; else empty
   * @param rmse of numbers, root mean squared error of each output in its units; else empty
   * @param loss which loss the mean is one of
   */
  public record Score(
      @Nullable Double wrong,
      double nll,
      Map<String, Double> relativeErrors,
      Map<String, Double> rmse,
      LossKind loss) {
    /** Keeps the order of the outputs. */
    public Score {
      relativeErrors = Collections.unmodifiableMap(new LinkedHashMap<>(relativeErrors));
      rmse = Collections.unmodifiableMap(new LinkedHashMap<>(rmse));
    }

    /** The score of a network of classes, or of a teacher's outputs where there are any. */
    public Score(@Nullable Double wrong, double nll, Map<String, Double> relativeErrors) {
      this(
          wrong,
          nll,
          relativeErrors,
          Map.of(),
          relativeErrors.isEmpty() ? LossKind.CLASSIFICATION : LossKind.TEACHER);
    }

    /** The score of a network of classes: error in percent and mean NLL in nats. */
    public Score(double errorPercent, double nll) {
      this(errorPercent, nll, Map.of());
    }

    /** The score of a network of classes. */
    public static Score of(Classification quality) {
      return new Score(quality.errorPercent(), quality.nll());
    }

    /** The score of a network of several labels. */
    public static Score of(LabelPredictions labels) {
      return new Score(labels.errorPercent(), labels.nll(), Map.of(), Map.of(), LossKind.LABELS);
    }

    /**
     * The score of a network that learns a teacher's outputs.
     *
     * @param labels how the classes came out as well; null where there are no labels
     */
    public static Score of(Agreement agreement, @Nullable Classification labels) {
      return new Score(
          labels == null ? null : labels.errorPercent(),
          agreement.distance(),
          agreement.relativeErrors());
    }

    /** As files name and order it. */
    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      if (wrong != null) {
        fields.put(loss == LossKind.LABELS ? LABEL_ERROR : ERROR, wrong);
      }
      fields.put(loss.mean(), nll);
      if (!rmse.isEmpty()) {
        fields.put(RMSE, rmse);
      }
      if (!relativeErrors.isEmpty()) {
        fields.put(RELATIVE, relativeErrors);
      }
      return fields;
    }

    /** What {@link #fields} wrote behind a prefix; null where nothing measured it. */
    static @Nullable Score read(Fields fields, String prefix) throws RunException {
      boolean several = fields.values().containsKey(prefix + LABEL_ERROR);
      boolean numbers = fields.values().containsKey(prefix + RMSE);
      boolean related = fields.values().containsKey(prefix + RELATIVE);
      String error = prefix + (several ? LABEL_ERROR : ERROR);
      if (!numbers && !related && fields.optionalNumber(error) == null) {
        return null;
      }
      LossKind loss = LossKind.CLASSIFICATION;
      if (several) {
        loss = LossKind.LABELS;
      } else if (numbers) {
        boolean likelihood = fields.values().containsKey(prefix + LossKind.GAUSSIAN.mean());
        loss = likelihood ? LossKind.GAUSSIAN : LossKind.HUBER;
      } else if (related) {
        loss = LossKind.TEACHER;
      }
      return new Score(
          fields.optionalNumber(error),
          fields.number(prefix + loss.mean()),
          related ? outputs(fields.group(prefix + RELATIVE)) : Map.of(),
          numbers ? outputs(fields.group(prefix + RMSE)) : Map.of(),
          loss);
    }

    private static Map<String, Double> outputs(Fields fields) throws RunException {
      Map<String, Double> outputs = new LinkedHashMap<>();
      for (String output : fields.values().keySet()) {
        outputs.put(output, fields.number(output));
      }
      return outputs;
    }

    /** The largest of the relative errors of the outputs; empty without a teacher. */
    public OptionalDouble worstRelativeError() {
      return relativeErrors.values().stream().mapToDouble(each -> each).max();
    }

    /** Whether there were labels. */
    public boolean labelled() {
      return wrong != null;
    }

    /**
     * Share of examples whose class is wrong, in percent.
     *
     * @throws IllegalStateException if there were no labels
     */
    public double errorPercent() {
      if (wrong == null) {
        throw new IllegalStateException("there were no labels, so there is no error");
      }
      return wrong;
    }
  }

  /**
   * How many weights of a layer stay.
   *
   * @param name the layer
   * @param weights all its weights
   * @param kept those that stay at the threshold
   * @param liveUnits outputs that took part in training in this epoch
   */
  public record LayerCount(String name, long weights, long kept, int liveUnits) {
    /** Fraction of zeros, in [0, 1]. */
    public double sparsity() {
      return 1 - (double) kept / weights;
    }
  }

  /** What files call the mean over the training examples: an NLL, where it is one. */
  public String mean() {
    return likelihood ? NLL : LOSS;
  }

  /** Outputs of each layer that took part in training, as {@code 300-100-10}. */
  public String unitsInTraining() {
    return layers.stream()
        .map(layer -> Integer.toString(layer.liveUnits()))
        .collect(Collectors.joining("-"));
  }

  /** Fraction of weights at or past the threshold, over all layers. */
  public double sparsity() {
    return 1 - (double) kept() / weights();
  }

  /** Weights over weights that stay; infinite where none does. */
  public double compression() {
    return (double) weights() / kept();
  }

  private long weights() {
    return layers.stream().mapToLong(LayerCount::weights).sum();
  }

  private long kept() {
    return layers.stream().mapToLong(LayerCount::kept).sum();
  }

  /**
   * What matters of it, as a line for people.
   *
   * @param epochs of the whole run
   */
  public String line(int epochs) {
    Score score = prunedValidation == null ? validation : prunedValidation;
    StringBuilder line =
        new StringBuilder(
            String.format(Locale.ROOT, "epoch %s/%s  %s %.4f", epoch, epochs, mean(), nll));
    if (score != null) {
      line.append(
          String.format(Locale.ROOT, "  validation %s %.4f", score.loss().mean(), score.nll()));
      if (score.labelled()) {
        line.append(String.format(Locale.ROOT, ", %.2f %% wrong", score.errorPercent()));
      }
      score
          .rmse()
          .forEach((output, error) ->
              line.append(String.format(Locale.ROOT, ", rmse %.4g of %s", error, output)));
    }
    if (kept() < weights()) {
      line.append(String.format(Locale.ROOT, "  %s of %s weights left", kept(), weights()));
      line.append(", units ").append(unitsInTraining());
    }
    return line.toString();
  }

  /** The line of {@code metrics.jsonl}, keys in order. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epoch", epoch);
    map.put("step", step);
    boolean told = likelihood ? loss == LossKind.CLASSIFICATION : loss == LossKind.TEACHER;
    if (!told) {
      map.put(KIND, SpecTree.enumName(loss));
    }
    map.put(mean(), nll);
    map.put("kl", klNats);
    map.put("beta", beta);
    map.put("learning_rate", learningRate);
    put(map, "validation_", validation);
    put(map, "pruned_validation_", prunedValidation);
    map.put("sparsity", sparsity());
    List<Map<String, Object>> perLayer = new ArrayList<>();
    for (LayerCount layer : layers) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", layer.name());
      entry.put("kept", layer.kept());
      entry.put("sparsity", layer.sparsity());
      entry.put("live_units", layer.liveUnits());
      perLayer.add(entry);
    }
    map.put("layers", perLayer);
    map.put("seconds", seconds);
    return map;
  }

  private static void put(Map<String, Object> map, String prefix, @Nullable Score score) {
    if (score != null) {
      score.fields().forEach((key, value) -> map.put(prefix + key, value));
    }
  }

  /** The metrics of a line, given the architecture for the sizes of its layers. */
  static EpochMetrics of(Fields line, Architecture architecture) throws RunException {
    List<WeightTensor> specs = architecture.weightTensors();
    List<Fields> entries = line.groups("layers");
    if (entries.size() != specs.size()) {
      throw line.missing("layers", specs.size() + " layers as in " + architecture.name());
    }
    List<LayerCount> layers = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      layers.add(
          new LayerCount(
              entries.get(i).text("name"),
              specs.get(i).weights(),
              entries.get(i).whole("kept"),
              entries.get(i).count("live_units")));
    }
    boolean likelihood = line.values().containsKey(NLL);
    return new EpochMetrics(
        line.count("epoch"),
        line.whole("step"),
        kind(line),
        likelihood,
        line.number(likelihood ? NLL : LOSS),
        line.number("kl"),
        line.number("beta"),
        line.number("learning_rate"),
        Score.read(line, "validation_"),
        Score.read(line, "pruned_validation_"),
        layers,
        line.number("seconds"));
  }

  private static LossKind kind(Fields line) throws RunException {
    if (!line.values().containsKey(KIND)) {
      return line.values().containsKey(LossKind.TEACHER.mean())
          ? LossKind.TEACHER
          : LossKind.CLASSIFICATION;
    }
    String text = line.text(KIND);
    for (LossKind each : LossKind.values()) {
      if (SpecTree.enumName(each).equals(text)) {
        return each;
      }
    }
    throw line.missing(KIND, "a loss");
  }
}
