package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one segment of autograd segments that run behind each other. Stages between two of them
 * that libtorch computes as well become part of it, so that nothing goes to memory and back there.
 */
final class SegmentRuns {

  private final List<Stage> stages;
  private final List<PassValue> last;

  private SegmentRuns(List<Stage> stages, List<PassValue> last) {
    this.stages = stages;
    this.last = last;
  }

  /**
   * The same stages with runs of segments joined.
   *
   * @param stages in the order in which they run; closed where they became part of a segment
   * @param last the values that are read outside of the pass
   */
  static List<Stage> joined(List<Stage> stages, List<PassValue> last) {
    return new SegmentRuns(stages, last).joined();
  }

  private List<Stage> joined() {
    List<Stage> joined = new ArrayList<>();
    int at = 0;
    while (at < stages.size()) {
      int end = end(at);
      joined.add(end > at + 1 ? join(at, end) : stages.get(at));
      at = end;
    }
    return joined;
  }

  /** Behind the last segment of the run that begins at a stage. */
  private int end(int from) {
    int end = from + 1;
    if (!(stages.get(from) instanceof AutogradSegment)) {
      return end;
    }
    for (int i = end; i < stages.size() && function(stages.get(i)) != null; i++) {
      if (stages.get(i) instanceof AutogradSegment) {
        end = i + 1;
      }
    }
    return end;
  }

  private AutogradSegment join(int from, int to) {
    List<Stage> run = stages.subList(from, to);
    Map<PassValue, Integer> numbers = new HashMap<>();
    List<Reading> inputs = inputs(run, numbers);
    List<AutogradSegment.Step> steps = new ArrayList<>();
    TorchLeaves leaves = new TorchLeaves(List.of(), List.of());
    for (Stage stage : run) {
      AutogradSegment segment = asSegment(stage);
      add(segment, numbers, inputs.size(), steps);
      leaves = leaves.and(segment.leaves());
      stage.close();
    }
    List<PassValue> outputs = new ArrayList<>();
    Set<PassValue> outside = readOutside(from, to);
    for (Stage stage : run) {
      stage.wiring().outputs().stream().filter(outside::contains).forEach(outputs::add);
    }
    List<Integer> given = outputs.stream().map(value -> number(numbers, value)).toList();
    return new AutogradSegment(new Wiring(inputs, outputs), steps, given, leaves);
  }

  /** What a run reads and does not give itself; numbers it from 0 on. */
  private static List<Reading> inputs(List<Stage> run, Map<PassValue, Integer> numbers) {
    Set<PassValue> own = new HashSet<>();
    List<Reading> inputs = new ArrayList<>();
    for (Stage stage : run) {
      for (Reading reading : stage.wiring().inputs()) {
        if (!own.contains(reading.value()) && !numbers.containsKey(reading.value())) {
          numbers.put(reading.value(), inputs.size());
          inputs.add(new Reading(reading.value()));
        }
      }
      own.addAll(stage.wiring().outputs());
    }
    return inputs;
  }

  /** Adds the steps of a segment, and numbers what it gives. */
  private static void add(
      AutogradSegment segment,
      Map<PassValue, Integer> numbers,
      int inputs,
      List<AutogradSegment.Step> steps) {
    List<Integer> own = new ArrayList<>();
    for (Reading reading : segment.wiring().inputs()) {
      own.add(number(numbers, reading.value()));
    }
    for (AutogradSegment.Step step : segment.steps()) {
      List<Integer> reads = step.reads().stream().map(own::get).toList();
      own.add(inputs + steps.size());
      steps.add(new AutogradSegment.Step(step.function(), reads));
    }
    for (int i = 0; i < segment.given().size(); i++) {
      numbers.put(segment.wiring().outputs().get(i), own.get(segment.given().get(i)));
    }
  }

  private static int number(Map<PassValue, Integer> numbers, PassValue value) {
    return Objects.requireNonNull(numbers.get(value), value.name());
  }

  /** The values that others than a run read. */
  private Set<PassValue> readOutside(int from, int to) {
    Set<PassValue> outside = new HashSet<>(last);
    for (int i = 0; i < stages.size(); i++) {
      if (i < from || i >= to) {
        stages.get(i).wiring().inputs().forEach(reading -> outside.add(reading.value()));
      }
    }
    return outside;
  }

  /** What a stage computes, in libtorch; null where that is left to the stage. */
  private static @Nullable TorchFunction function(Stage stage) {
    if (stage instanceof AutogradSegment segment) {
      return segment.steps().getFirst().function();
    }
    if (stage instanceof ReluStage) {
      return (inputs, _) -> inputs.getFirst().relu();
    }
    if (stage instanceof AddStage) {
      return (inputs, _) -> inputs.get(0).add(inputs.get(1));
    }
    if (stage instanceof ReshapeStage) {
      Shape shape = stage.wiring().output().shape();
      return (inputs, share) -> inputs.getFirst().reshape(shape.withBatch(share.rows()));
    }
    return null;
  }

  private static AutogradSegment asSegment(Stage stage) {
    TorchFunction function = Objects.requireNonNull(function(stage), "function");
    return stage instanceof AutogradSegment segment
        ? segment
        : new AutogradSegment(stage.wiring(), function, new TorchLeaves(List.of(), List.of()));
  }
}
