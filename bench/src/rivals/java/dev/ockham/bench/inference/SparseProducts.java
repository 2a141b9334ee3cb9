package dev.ockham.bench.inference;

import static dev.ockham.bench.inference.MklContestant.Order.EXAMPLES;
import static dev.ockham.bench.inference.MklContestant.Order.FEATURES;
import static dev.ockham.bench.inference.MklContestant.Order.TURNED;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.run.Software;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/**
 * Races a dense layer of 300 units on 784 inputs, 2 % of whose weights are left, with the sparse
 * products of MKL and oneDNN, on one thread; prints JSON. Whole calls take examples behind each
 * other and give back the same; beside them are the products alone, of features that lie behind
 * each other beforehand, as MKL and oneDNN like them best, and in Ockham's own lanes.
 */
public final class SparseProducts {

  private static final int INPUTS = 784;
  private static final int OUTPUTS = 300;
  private static final double DENSITY = 0.02;
  private static final int BATCHES = 8;

  private SparseProducts() {}

  /**
   * Runs the race.
   *
   * @param arguments seconds of each runner; 3 if there is none
   */
  public static void main(String[] arguments) throws RaceException {
    double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 3;
    RandomNetwork random =
        new RandomNetwork(Architectures.parse("mlp:%s-%s".formatted(INPUTS, OUTPUTS)), 1);
    Model model = random.sparse(random.dense(), 1 - DENSITY);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int count : new int[] {1, 100}) {
      rows.add(race(model, count, seconds));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("rows", rows);
    result.put("mkl", MklContestant.version());
    result.put("onednn", OneDnnContestant.version());
    result.put("software", Software.versions());
    System.out.println(new JsonMapper().writeValueAsString(result));
  }

  private static Map<String, Object> race(Model model, int count, double seconds)
      throws RaceException {
    CsrMatrix weights = model.value(model.graph().prunable().getFirst().name()).asCsr();
    List<float[]> batches = new ArrayList<>();
    String input = model.graph().inputs().getFirst().name();
    for (int i = 0; i < BATCHES; i++) {
      batches.add(Objects.requireNonNull(RandomInputs.draw(model, count, i).inputs().get(input)));
    }
    Map<String, Contestant> runners = new LinkedHashMap<>();
    runners.put("ockham", new OckhamContestant(model, batches, count, 1));
    runners.put("ockham_in_lanes", new LanesContestant(weights, batches, count));
    for (MklContestant.Order order : MklContestant.Order.values()) {
      if (order == MklContestant.Order.EXAMPLES || count > 1) {
        runners.put(name(order), new MklContestant(weights, batches, count, order));
      }
    }
    runners.put("onednn", new OneDnnContestant(weights, batches, count));
    try {
      requireAgreement(runners);
      var _ = InferenceRace.turns(runners, 1, seconds, _ -> {});
      Map<String, CallTimes> times = InferenceRace.turns(runners, 1, seconds, _ -> {});
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("layer", OUTPUTS + "×" + INPUTS);
      row.put("density", DENSITY);
      row.put("batch", count);
      Map<String, Double> medians = new LinkedHashMap<>();
      times.forEach((name, each) -> medians.put(name, each.latency().median()));
      medians.forEach((name, micros) -> row.put(name + "_us", micros));
      double whole = Math.min(mkl(medians, EXAMPLES), mkl(medians, TURNED));
      double mkl = Math.min(whole, mkl(medians, FEATURES));
      double better = Math.min(mkl, medians.get("onednn"));
      row.put("mkl_us", mkl);
      row.put("mkl_whole_us", whole);
      row.put("ockham_over_better", medians.get("ockham") / better);
      row.put("in_lanes_over_better", medians.get("ockham_in_lanes") / better);
      row.put("ockham_over_whole", medians.get("ockham") / whole);
      return row;
    } finally {
      runners.values().forEach(Contestant::close);
    }
  }

  private static String name(MklContestant.Order order) {
    return switch (order) {
      case EXAMPLES -> "mkl_examples_in_rows";
      case FEATURES -> "mkl_features_in_rows";
      case TURNED -> "mkl_turned";
    };
  }

  /** A median; that of one example does not depend on the order. */
  private static double mkl(Map<String, Double> medians, MklContestant.Order order) {
    Double one = medians.get(name(EXAMPLES));
    return medians.getOrDefault(name(order), one);
  }

  private static void requireAgreement(Map<String, Contestant> runners) throws RaceException {
    float[] expected = null;
    for (Map.Entry<String, Contestant> runner : runners.entrySet()) {
      runner.getValue().predict(0);
      float[] found = runner.getValue().output();
      expected = expected == null ? found : expected;
      double difference = InferenceRace.difference(expected, found);
      if (!(difference <= 1e-5)) {
        throw new RaceException(runner.getKey() + " differs by " + difference);
      }
    }
  }
}
