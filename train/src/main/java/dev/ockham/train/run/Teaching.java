package dev.ockham.train.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.arch.NoiseOutput;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.Split;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.loss.ClassWeights;
import dev.ockham.core.loss.Distance;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.loss.TeacherOutputs;
import dev.ockham.core.name.BareName;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.Lesson;
import dev.ockham.core.run.MeanModel;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.core.spec.TeacherSpec;
import dev.ockham.core.spec.TrainingSpec;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run is trained by, and judged by: what is known of its examples, or a teacher. The teacher
 * of a run is copied into its folder before the run is recorded there, and asked once for every
 * training example each time that the run begins or goes on, or where examples change, in each step
 * for those of the step; the answers are a function of the two.
 */
record Teaching(Loss loss, Judge judge) {

  /**
   * A spec whose loss is no longer left to the data.
   *
   * @param data by whose targets it is chosen
   */
  static RunSpec decided(RunSpec spec, Dataset data) {
    if (spec.training().loss() != LossKind.AUTO) {
      return spec;
    }
    LossKind loss =
        switch (data.train().targets()) {
          case ClassLabels _, NoTargets _ -> LossKind.CLASSIFICATION;
          case LabelSets _ -> LossKind.LABELS;
          case Numbers _ -> LossKind.GAUSSIAN;
        };
    return spec.withTraining(spec.training().withLoss(loss));
  }

  /** The network that a loss needs: one that says how large the noise of its numbers is. */
  static Architecture network(RunSpec spec, Architecture architecture) {
    return spec.training().loss() == LossKind.GAUSSIAN
        ? NoiseOutput.added(architecture)
        : architecture;
  }

  /** What the numbers of a run are scaled by; null where it learns none. */
  static @Nullable TargetScaling scaling(RunSpec spec, Dataset data, int[] train) {
    return spec.training().loss().ofNumbers() && data.train().targets() instanceof Numbers numbers
        ? TargetScaling.of(numbers, train)
        : null;
  }

  /** What a run without a teacher is trained by. */
  private static Teaching without(RunRecord record, Dataset data, Split split) {
    Judge judge = Judge.without(record);
    return switch (judge) {
      case Judge.Labels() -> new Teaching(classification(record.spec(), data, split), judge);
      case Judge.SeveralLabels() -> new Teaching(new Loss.Labels(), judge);
      case Judge.OfNumbers(Loss loss, List<String> _) -> new Teaching(loss, judge);
      case Judge.Teacher _ -> throw new IllegalStateException("the run has a teacher");
    };
  }

  private static Loss classification(RunSpec spec, Dataset data, Split split) {
    List<Double> weights = List.of();
    if (!spec.training().classWeights().equals(TrainingSpec.NO_WEIGHTS)) {
      int[] labels = Arrays.stream(split.train()).map(data.train()::label).toArray();
      weights = ClassWeights.of(spec.training().classWeightNumbers(), labels, data.outputs());
    }
    return new Loss.Classification(weights, spec.training().labelSmoothing());
  }

  /** What the run learns of a teacher; null where it learns labels. */
  @Nullable Lesson lesson() {
    return switch (judge) {
      case Judge.Labels(), Judge.SeveralLabels(), Judge.OfNumbers _ -> null;
      case Judge.Teacher(Model _, Lesson lesson) -> lesson;
    };
  }

  /**
   * Whether a run's network is a whole model that learns its own outputs: raw values go into it as
   * they always did, so that the run has no scaling of its own but what its settings say.
   *
   * @param fromFile whether the run starts from trained weights that are not another run's
   */
  static boolean keepsInputs(RunSpec spec, boolean fromFile) {
    String network = spec.architecture();
    boolean model =
        network.startsWith(NetworkSource.OWN)
            || (NetworkSource.isFile(network) && !network.endsWith(NetworkSource.FILE));
    return fromFile
        && model
        && spec.data().mean().isEmpty()
        && spec.data().deviation().isEmpty()
        && spec.training().loss() == LossKind.TEACHER
        && spec.training().teacher().from().equals(TeacherSpec.START);
  }

  /**
   * Checks that a network can learn what the loss asks for from some data.
   *
   * @throws IllegalArgumentException naming network, data and what does not fit
   */
  static void requireFits(RunSpec spec, Architecture architecture, Dataset data) {
    requireChangeable(spec, data);
    switch (spec.training().loss()) {
      case AUTO, CLASSIFICATION -> {
        if (!data.labelled()) {
          throw new SpecException(
              "data '%s' have no labels; --loss teacher learns a trained network's outputs instead"
                  .formatted(data.name()));
        }
        if (!(data.train().targets() instanceof ClassLabels)) {
          throw lacks(spec, data, "classes");
        }
        architecture.requireFits(data.name(), data.train().shape(), data.outputs());
        requireWeightsFit(spec, data);
      }
      case LABELS -> {
        if (!(data.train().targets() instanceof LabelSets)) {
          throw lacks(spec, data, "sets of labels");
        }
        requireOutputs(architecture, data, "labels");
      }
      case GAUSSIAN, SQUARED, HUBER -> {
        if (!(data.train().targets() instanceof Numbers)) {
          throw lacks(spec, data, "numbers to learn");
        }
        requireOutputs(network(spec, architecture), data, "numbers");
      }
      case TEACHER -> {
        architecture.requireFits(data.name(), data.train().shape());
        if (spec.training().teacher().distance() == TeacherSpec.Distance.KL
            && !architecture.outputShapes().stream().allMatch(Teaching::holdsLogits)) {
          throw new SpecException(
              "training.teacher.distance is kl, but architecture '%s' gives %s; it needs vectors of logits"
                  .formatted(architecture.name(), architecture.outputShapes()));
        }
      }
    }
  }

  private static void requireChangeable(RunSpec spec, Dataset data) {
    if (spec.data().augmentation().isNothing()) {
      return;
    }
    if (!(data.train() instanceof Images) && !spec.data().augmentation().keepsEach()) {
      throw new SpecException(
          "data.augment changes pictures, but the examples of '%s' are other numbers, for which there is only mixup"
              .formatted(data.name()));
    }
  }

  private static SpecException lacks(RunSpec spec, Dataset data, String what) {
    return new SpecException(
        "training.loss is %s, but data '%s' have no %s: they have %s"
            .formatted(
                SpecTree.enumName(spec.training().loss()),
                data.name(),
                what,
                data.train().targets()));
  }

  private static void requireWeightsFit(RunSpec spec, Dataset data) {
    int weights = spec.training().classWeightNumbers().size();
    if (weights != 0 && weights != data.outputs()) {
      throw new SpecException(
          "training.class_weights has %s numbers, but data '%s' have %s classes"
              .formatted(weights, data.name(), data.outputs()));
    }
  }

  private static void requireOutputs(Architecture architecture, Dataset data, String what) {
    architecture.requireFits(data.name(), data.train().shape());
    List<String> outputs = architecture.graph().outputs();
    boolean one = outputs.size() == 1 || Answer.saysNoise(architecture.graph());
    int size = architecture.outputShapes().getFirst().size();
    if (!one || size != data.outputs()) {
      throw new IllegalArgumentException(
          "architecture '%s' gives %s of %s, but '%s' has %s %s"
              .formatted(
                  architecture.name(),
                  one ? outputs.getFirst() : outputs,
                  one ? size : architecture.outputShapes(),
                  data.name(),
                  data.outputs(),
                  what));
    }
  }

  private static boolean holdsLogits(Shape output) {
    return output.rank() == 1 && output.size() > 1;
  }

  /**
   * What a new run is trained by. Keeps its teacher in its folder.
   *
   * @param record of the run, which has no teacher yet
   * @param scaling what raw values go through before the network
   * @param weights trained weights that the run starts from, if they are not another run's
   * @param arena owns the teacher's outputs
   */
  static Teaching begin(
      RunRecord record,
      Architecture architecture,
      Dataset data,
      Split split,
      InputScaling scaling,
      @Nullable TrainedWeights weights,
      RunFolder folder,
      Arena arena)
      throws IOException {
    RunSpec spec = record.spec();
    if (spec.training().loss() != LossKind.TEACHER) {
      return without(record, data, split);
    }
    Model teacher = teacher(spec, weights, scaling);
    String from = spec.training().teacher().from();
    String named = from.equals(TeacherSpec.START) ? spec.training().initFrom() : from;
    requireSameSizes(named, teacher, architecture);
    ModelFile.of(teacher, Map.of("from", BareName.of(named))).save(folder.teacher());
    boolean labels =
        data.labelled() && architecture.classifies() && architecture.classes() == data.outputs();
    boolean logits =
        switch (spec.training().teacher().distance()) {
          case AUTO -> labels;
          case KL -> true;
          case SQUARED -> false;
        };
    TeacherOutputs outputs = asked(teacher, logits, spec, data, split, arena);
    List<Lesson.Target> targets = new ArrayList<>();
    List<String> names = architecture.graph().outputs();
    for (int k = 0; k < names.size(); k++) {
      Distance distance = distance(spec.training().teacher(), logits, outputs, k, split);
      targets.add(new Lesson.Target(names.get(k), distance));
    }
    Lesson lesson = new Lesson(Lesson.sha256(folder.teacher()), named, labels, targets);
    return new Teaching(
        new Loss.Teacher(lesson.distances(), outputs), new Judge.Teacher(teacher, lesson));
  }

  /**
   * What is known before the first step: where examples change, that of validation examples alone,
   * as divergences have no scale that all of them decide.
   */
  private static TeacherOutputs asked(
      Model teacher, boolean logits, RunSpec spec, Dataset data, Split split, Arena arena) {
    int threads = spec.training().threads();
    return logits && !spec.data().augmentation().isNothing()
        ? TeacherOutputs.of(teacher, data.train(), split.validation(), threads, arena)
        : TeacherOutputs.of(teacher, data.train(), threads, arena);
  }

  private static Distance distance(
      TeacherSpec spec, boolean logits, TeacherOutputs outputs, int output, Split split) {
    if (logits) {
      return new Distance.Divergence(spec.temperature());
    }
    double deviation = outputs.deviation(output, split.train());
    // What is the same for all examples has no scale of its own.
    return new Distance.Squared(spec.noise() * (deviation > 0 ? deviation : 1));
  }

  /**
   * What a run that was there already is trained by.
   *
   * @param arena owns the teacher's outputs
   */
  static Teaching resume(RunFolder folder, RunRecord record, Dataset data, Split split, Arena arena)
      throws IOException {
    return switch (Judge.of(folder, record)) {
      case Judge.Labels(), Judge.SeveralLabels(), Judge.OfNumbers _ -> without(record, data, split);
      case Judge.Teacher judge -> {
        boolean logits =
            judge.lesson().distances().stream().allMatch(Distance.Divergence.class::isInstance);
        TeacherOutputs outputs = asked(judge.teacher(), logits, record.spec(), data, split, arena);
        yield new Teaching(new Loss.Teacher(judge.lesson().distances(), outputs), judge);
      }
    };
  }

  /** The teacher that a spec names; of a run, the network of all mean weights. */
  private static Model teacher(RunSpec spec, @Nullable TrainedWeights weights, InputScaling scaling)
      throws IOException {
    String from = spec.training().teacher().from();
    boolean start = from.equals(TeacherSpec.START);
    if (start && weights != null) {
      return MeanModel.scaled(weights.model(), scaling);
    }
    Path path = Path.of(start ? spec.training().initFrom() : from);
    if (!Files.isDirectory(path)) {
      return ModelNetwork.read(path).model();
    }
    Snapshot snapshot = Snapshot.read(new RunFolder(path));
    return snapshot.masked(
        snapshot.layers().stream().map(layer -> Mask.all(layer.theta().length)).toList());
  }

  private static void requireSameSizes(String named, Model teacher, Architecture architecture) {
    List<Shape> theirs =
        teacher.graph().outputs().stream().map(name -> teacher.graph().shape(name)).toList();
    int takes = ModelInputs.size(teacher);
    boolean same = theirs.size() == architecture.outputShapes().size();
    for (int k = 0; same && k < theirs.size(); k++) {
      same = theirs.get(k).size() == architecture.outputShapes().get(k).size();
    }
    if (!same || takes != architecture.example().size()) {
      throw new IllegalArgumentException(
          "the teacher %s makes %s of %s, but architecture '%s' makes %s of %s"
              .formatted(
                  named,
                  theirs,
                  ModelInputs.described(teacher),
                  architecture.name(),
                  architecture.outputShapes(),
                  architecture.example()));
    }
  }
}
