package dev.ockham.cli.command;

import dev.ockham.cli.console.InitOptions;
import dev.ockham.cli.console.TableOptions;
import dev.ockham.cli.console.TargetOption;
import dev.ockham.core.spec.AutomaticSchedule;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.Schedule;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that set one leaf of the spec each. */
final class TrainSettings {
  @Option(
      names = "--data",
      paramLabel = "D",
      description =
          "mnist, fashion-mnist, fashion-mnist-mini, a folder of IDX files, a folder or zip of"
              + " pictures, texts or WAV files in class folders, a table (CSV, TSV, Parquet),"
              + " arrays (.npz, .npy); or random:N inputs, for --loss teacher.")
  private @Nullable String data;

  @Option(
      names = "--arch",
      paramLabel = "A",
      description =
          "Architecture: a name, mlp:, net:, a file NAME.json or a model's, see 'ockham"
              + " architectures --help'; of a table, mlp:in-100-out where none is named, its ends"
              + " as the data are.")
  @Nullable String architecture;

  @Option(
      names = "--method",
      paramLabel = "M",
      description = "One of 'ockham methods', with its own defaults of what else is the method's.")
  private @Nullable String method;

  @Option(
      names = "--schedule",
      paramLabel = "WHO",
      description =
          "auto: pretraining, KL weight, gradual pruning and fine-tuning by the size of data and"
              + " network, and epochs where none are given; stated: the settings as they are."
              + " Default: auto for sparse-vd and ard where none of these is given.")
  private @Nullable String schedule;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
  @Nullable String epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples per step. Default: a tenth of the training examples, from 8 to 100.")
  private @Nullable String batch;

  @Option(names = "--lr", paramLabel = "R", description = "Learning rate at the start.")
  @Nullable String learningRate;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of weights, order and noise.")
  private @Nullable String seed;

  @Option(names = "--threads", paramLabel = "N", description = "Cores to use; 0 means all.")
  private @Nullable String threads;

  @Option(
      names = "--kl",
      paramLabel = "TERM",
      description = "exact, molchanov, kingma-cubic, lower-bound or ard.")
  private @Nullable String kl;

  @Option(
      names = "--estimator",
      paramLabel = "E",
      description = "How weight noise enters: local, per-example or per-batch.")
  private @Nullable String estimator;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description = "Dropout's noise-to-signal ratio (1-p)/p; a start where it is learnt.")
  private @Nullable String alpha;

  @Option(
      names = "--alpha-sharing",
      paramLabel = "WHO",
      description = "Who shares a learnt alpha: network, layer, unit or weight.")
  private @Nullable String alphaSharing;

  @Option(
      names = "--beta",
      paramLabel = "B",
      description = "Final weight of the KL; 1 is the ELBO, 0 trains without a prior.")
  private @Nullable String beta;

  @Option(
      names = "--threshold",
      paramLabel = "T",
      description = "Weights go where their score (mostly log alpha) >= T.")
  private @Nullable String threshold;

  @Option(
      names = "--pretrain-epochs",
      paramLabel = "N",
      description = "Epochs without noise and KL at the start.")
  private @Nullable String pretrainEpochs;

  @Mixin InitOptions init = new InitOptions();

  @Mixin private TableOptions table = new TableOptions();

  @Mixin TargetOption target = new TargetOption();

  @Option(
      names = "--loss",
      paramLabel = "L",
      description =
          "classification, labels (several at once), gaussian (numbers with learnt noise),"
              + " squared, huber (a pseudo-likelihood), or teacher: learn the outputs of the"
              + " network that training starts from, or of --teacher. Default: by what the data"
              + " have.")
  private @Nullable String loss;

  @Option(
      names = "--class-weights",
      paramLabel = "W",
      description =
          "How much an example counts by its class: balanced, or a number for each class with"
              + " commas between; a pseudo-likelihood.")
  private @Nullable String classWeights;

  @Option(
      names = "--label-smoothing",
      paramLabel = "E",
      description =
          "How much of a label to spread over all classes, such as 0.1; a pseudo-likelihood.")
  private @Nullable Double labelSmoothing;

  @Option(
      names = "--teacher",
      paramLabel = "FROM",
      description = "Run or model whose outputs to learn; sets --loss teacher.")
  private @Nullable Path teacher;

  @Option(names = "--on-collapse", paramLabel = "DO", description = "stop or continue.")
  private @Nullable String onCollapse;

  @Option(
      names = "--no-shrink",
      description = "Keep units that are gone in the network while it trains.")
  private boolean noShrink;

  @Option(
      names = "--checkpoint-seconds",
      paramLabel = "S",
      description = "Longest time between checkpoints.")
  private @Nullable String checkpointSeconds;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Any setting by its path; may be repeated.")
  private List<String> set = List.of();

  /** A spec that leaves its schedule to the run, where none was given and there is a rule. */
  SpecTree scheduled(SpecTree tree) {
    RunSpec spec = tree.toSpec();
    boolean given =
        sets(beta, "training.kl_weight")
            || sets(pretrainEpochs, "training.pretrain_epochs")
            || sets(null, "training.gradual_pruning")
            || sets(null, "training.fine_tune");
    boolean asked = spec.training().schedule() == Schedule.AUTO;
    if (asked && given) {
      throw new SpecException(
          "--schedule auto chooses KL weight, pretraining, gradual pruning and fine-tuning; leave"
              + " it out, or what else says these");
    }
    boolean other =
        sets(kl, "method.kl")
            || sets(threshold, "method.threshold")
            || sets(null, "training.early_stopping")
            || sets(null, "training.initial_weights")
            || sets(schedule, "training.schedule");
    boolean suits = AutomaticSchedule.suits(spec.method(), spec.training().loss());
    if (!asked && (given || other || !suits)) {
      return tree;
    }
    SpecTree open = tree.with("training.schedule", "auto", "--schedule");
    return sets(epochs, "training.epochs=")
        ? open
        : open.with("training.epochs", "0", "--schedule");
  }

  /** Whether a leaf, or one of a group, is given by its option or by {@code --set}. */
  boolean sets(@Nullable String option, String path) {
    return option != null || set.stream().anyMatch(assignment -> assignment.startsWith(path));
  }

  /** The tree with every given option laid over it. */
  SpecTree over(SpecTree base) {
    Map<String, @Nullable String> leaves = new LinkedHashMap<>();
    leaves.put("--data data.name", data);
    leaves.put("--arch architecture", architecture);
    leaves.put("--method method.name", method);
    leaves.put("--schedule training.schedule", schedule);
    leaves.put("--epochs training.epochs", epochs);
    leaves.put("--batch training.batch", batch);
    leaves.put("--lr training.learning_rate.initial", learningRate);
    leaves.put("--seed training.seed", seed);
    leaves.put("--threads training.threads", threads);
    leaves.put("--kl method.kl", kl);
    leaves.put("--estimator method.estimator", estimator);
    leaves.put("--alpha method.alpha", alpha);
    leaves.put("--alpha-sharing method.alpha_sharing", alphaSharing);
    leaves.put("--beta training.kl_weight.last", beta);
    leaves.put("--threshold method.threshold", threshold);
    leaves.put("--pretrain-epochs training.pretrain_epochs", pretrainEpochs);
    leaves.putAll(init.leaves());
    leaves.putAll(table.leaves());
    leaves.putAll(target.leaves());
    leaves.put("--loss training.loss", loss == null && teacher != null ? "teacher" : loss);
    leaves.put("--class-weights training.class_weights", classWeights);
    leaves.put(
        "--label-smoothing training.label_smoothing",
        labelSmoothing == null ? null : labelSmoothing.toString());
    leaves.put("--teacher training.teacher.from", teacher == null ? null : teacher.toString());
    leaves.put("--on-collapse training.on_collapse", onCollapse);
    leaves.put("--no-shrink training.shrink", noShrink ? "false" : null);
    leaves.put("--checkpoint-seconds training.checkpoint_seconds", checkpointSeconds);
    SpecTree tree = base;
    for (Map.Entry<String, @Nullable String> leaf : leaves.entrySet()) {
      String value = leaf.getValue();
      if (value != null) {
        String[] optionAndPath = leaf.getKey().split(" ", 2);
        tree = tree.with(optionAndPath[1], value, optionAndPath[0]);
      }
    }
    // Another method brings its defaults, which must not come over what was set beside it.
    List<String> methodFirst = new ArrayList<>(set);
    methodFirst.sort(Comparator.comparing(assignment -> !assignment.startsWith("method.name=")));
    for (String assignment : methodFirst) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new SpecException("--set: '%s' is not of the form path=value".formatted(assignment));
      }
      tree = tree.with(assignment.substring(0, equals), assignment.substring(equals + 1), "--set");
    }
    return tree;
  }
}
