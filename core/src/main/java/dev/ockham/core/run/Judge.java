package dev.ockham.core.run;

import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.loss.Agreement;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.loss.TeacherOutputs;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.spec.TrainingSpec;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** What the outputs of a run's network are compared with. */
public sealed interface Judge {

  /** The class of each example. */
  record Labels() implements Judge {}

  /** Several labels at once. */
  record SeveralLabels() implements Judge {}

  /**
   * Numbers.
   *
   * @param loss by which they were learnt
   * @param names of the outputs
   */
  record OfNumbers(Loss loss, List<String> names) implements Judge {
    /** Copies the list. */
    public OfNumbers {
      names = List.copyOf(names);
    }

    /** The judge of a model whose run is not known: by the variances that it gives, if any. */
    public static OfNumbers of(Model model, List<String> names) {
      TargetScaling units = TargetScaling.none(names.size());
      return new OfNumbers(
          Answer.saysNoise(model.graph()) ? new Loss.Gaussian(units) : new Loss.Huber(1, units),
          names);
    }

    /** What a model gives for examples, beside the right numbers. */
    public NumberTally tally(Model model, Examples examples, int threads, IntConsumer progress) {
      Numbers right = Evaluator.requireNumbers(model, examples);
      NumberTally tally =
          new NumberTally(loss, names, TargetScaling.none(names.size()), examples.count());
      Evaluator.run(
          model,
          examples,
          threads,
          progress,
          (values, row, example) -> tally.add(values, row, right, example));
      return tally;
    }
  }

  /**
   * The outputs of a teacher, and labels too where the lesson says so and the examples have them.
   *
   * @param teacher the network
   * @param lesson what is learnt of it
   */
  record Teacher(Model teacher, Lesson lesson) implements Judge {}

  /**
   * The judge of a run.
   *
   * @throws RunException if its teacher is not the one that it began with
   * @throws IOException if its teacher cannot be read
   */
  static Judge of(RunFolder folder, RunRecord record) throws IOException {
    Lesson lesson = record.lesson();
    if (lesson == null) {
      return without(record);
    }
    if (!Files.exists(folder.teacher())) {
      throw new RunException(
          "%s has no %s, whose outputs it learns; it belongs to the run as its checkpoint does"
              .formatted(folder.root(), folder.teacher().getFileName()));
    }
    String found = Lesson.sha256(folder.teacher());
    if (!found.equals(lesson.sha256())) {
      throw new RunException(
          "%s is not the teacher that the run began with: its sha256 is %s, not %s"
              .formatted(folder.teacher(), found, lesson.sha256()));
    }
    return new Teacher(ModelFile.load(folder.teacher()).model(), lesson);
  }

  /** The judge of a run without a teacher. */
  static Judge without(RunRecord record) {
    TrainingSpec training = record.spec().training();
    TargetScaling scaling = record.targets();
    if (scaling == null) {
      return training.loss() == LossKind.LABELS ? new SeveralLabels() : new Labels();
    }
    Loss loss =
        switch (training.loss()) {
          case SQUARED -> new Loss.Squared(training.targetNoise(), scaling);
          case HUBER -> new Loss.Huber(training.huberDelta(), scaling);
          case AUTO, GAUSSIAN, CLASSIFICATION, LABELS, TEACHER -> new Loss.Gaussian(scaling);
        };
    return new OfNumbers(loss, names(record.data().rules().numbers(), scaling.outputs()));
  }

  /** The names of numbers; by their place where they have none. */
  static List<String> names(List<String> given, int outputs) {
    return given.size() == outputs
        ? given
        : IntStream.rangeClosed(1, outputs).mapToObj(k -> "output " + k).toList();
  }

  /**
   * How good a model is.
   *
   * @param examples raw values, at least one example
   * @param threads cores to use; the result does not depend on it
   * @param progress is told how many examples are done
   * @throws IllegalArgumentException if the examples do not fit the model
   */
  default Score score(Model model, Examples examples, int threads, IntConsumer progress) {
    return switch (this) {
      case Labels() -> Score.of(Evaluator.classify(model, examples, threads, progress));
      case SeveralLabels() -> Score.of(Evaluator.labels(model, examples, threads, progress));
      case OfNumbers numbers -> numbers.tally(model, examples, threads, progress).score();
      case Teacher(Model teacher, Lesson lesson) ->
          byTeacher(teacher, lesson, model, examples, threads, progress);
    };
  }

  private static Score byTeacher(
      Model teacher,
      Lesson lesson,
      Model model,
      Examples examples,
      int threads,
      IntConsumer progress) {
    Evaluator.requireFits(model, examples);
    List<Integer> sizes = sizes(model);
    Agreement.Accumulator sum =
        new Agreement.Accumulator(lesson.names(), lesson.distances(), sizes);
    boolean labelled = lesson.labels() && examples.labelled();
    Classification.Accumulator classes = new Classification.Accumulator();
    Plan plan = Plan.of(model);
    Plan asked = Plan.of(teacher);
    int chunk = TeacherOutputs.chunk(model);
    for (int from = 0; from < examples.count(); from += chunk) {
      int count = Math.min(chunk, examples.count() - from);
      List<float[]> values = TeacherOutputs.run(plan, model, examples, from, count, threads);
      List<float[]> targets = TeacherOutputs.run(asked, teacher, examples, from, count, threads);
      for (float[] output : values) {
        Evaluator.requireFinite(output, output.length / count, from);
      }
      for (int i = 0; i < count; i++) {
        sum.add(values, i, targets, i);
        if (labelled) {
          int size = sizes.getFirst();
          classes.addLogits(values.getFirst(), i * size, size, examples.label(from + i));
        }
      }
      progress.accept(from + count);
    }
    return Score.of(sum.result(), labelled ? classes.result() : null);
  }

  private static List<Integer> sizes(Model model) {
    return model.graph().outputs().stream().map(name -> model.graph().shape(name).size()).toList();
  }
}
