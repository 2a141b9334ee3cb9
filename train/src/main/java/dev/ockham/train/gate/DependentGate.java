package dev.ockham.train.gate;

import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.DependentFactor;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.Update;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Beta-Bernoulli gate that from some step on is frozen, and multiplied by one that looks at the
 * example: dependent Beta-Bernoulli dropout (arXiv:1805.10896, section 3.3). Until then it is the
 * Beta-Bernoulli gate alone. Its noise is twice as wide: what the one draws, then what the other
 * does.
 */
public final class DependentGate implements Gate {

  private final LearntGate gate;
  private final double rate;
  private final Parameter gamma;
  private final Parameter eta;
  private final Parameter sigma;
  private boolean dependent;

  /**
   * A gate of zeros.
   *
   * @param name what the names of its parameters begin with
   * @param belief what each factor is believed to be before it looks at the example
   * @param units how many factors
   * @param onOutputs whether it stands at the layer's outputs
   * @param rate its learning rate, relative to that of weights
   */
  public DependentGate(
      String name,
      BetaBernoulliGate belief,
      int units,
      boolean onOutputs,
      double rate,
      Arena arena) {
    gate = new LearntGate(name, belief, units, onOutputs, rate, arena);
    this.rate = rate;
    gamma = Parameter.zeros(name + "." + DependentFactor.GAMMA, arena, units);
    eta = Parameter.zeros(name + "." + DependentFactor.ETA, arena, units);
    sigma = Parameter.zeros(name + "." + DependentFactor.SIGMA, arena, units);
  }

  /** The gate that does not look at the example. */
  public LearntGate gate() {
    return gate;
  }

  /** Whether the gate looks at the example by now. */
  public boolean dependent() {
    return dependent;
  }

  /** Makes the gate look at the example from now on, and freezes what was learnt before. */
  public void begin() {
    fill(gamma, DependentFactor.START_GAMMA);
    refresh();
  }

  @Override
  public boolean noisy() {
    return true;
  }

  @Override
  public boolean onOutputs() {
    return gate.onOutputs();
  }

  @Override
  public int noiseWidth(int units, int positions) {
    return 2 * gate.noiseWidth(units, positions);
  }

  @Override
  public int sharedRows() {
    return gate.sharedRows();
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(gate.parameters());
    all.addAll(own());
    return all;
  }

  private List<Parameter> own() {
    return List.of(gamma, eta, sigma);
  }

  @Override
  public void initialize() {
    gate.initialize();
    fill(gamma, DependentFactor.OFF);
    fill(eta, DependentFactor.START_ETA);
    fill(sigma, DependentFactor.START_SIGMA);
  }

  private static void fill(Parameter parameter, float value) {
    float[] values = new float[Math.toIntExact(parameter.value().size())];
    Arrays.fill(values, value);
    parameter.value().set(values);
  }

  @Override
  public void refresh() {
    gate.refresh();
    dependent = false;
    for (float each : gamma.value().toArray()) {
      dependent |= each != DependentFactor.OFF;
    }
  }

  @Override
  public GateLeaves newLeaves() {
    return new GateLeaves.Dependent(
        this,
        (GateLeaves.Learnt) gate.newLeaves(),
        own().stream().map(p -> p.value().newLeaf()).toList());
  }

  @Override
  public void fillNoise(Kernels kernels, NoiseKey key, int[] rows, int width, MemorySegment out) {
    gate.fillNoise(kernels, key, rows, width, out);
  }

  @Override
  public void update(List<GateLeaves> leaves, Update update) {
    List<GateLeaves.Dependent> mine =
        leaves.stream().map(leaf -> (GateLeaves.Dependent) leaf).toList();
    if (!dependent) {
      gate.update(mine.stream().map(leaf -> (GateLeaves) leaf.gate()).toList(), update);
      return;
    }
    if (!update.noisy()) {
      return;
    }
    List<MemorySegment> gradients = new ArrayList<>();
    for (int i = 0; i < own().size(); i++) {
      int number = i;
      gradients.add(Gradients.sum(mine.stream().map(leaf -> leaf.numbers().get(number)).toList()));
    }
    for (int unit = 0; unit < eta.value().size(); unit++) {
      DependentFactor.Kl kl = kl(unit);
      add(gradients.get(1), unit, update.klScale() * kl.byEta());
      add(gradients.get(2), unit, update.klScale() * kl.bySigma());
    }
    Update faster = update.withRate(rate);
    for (int i = 0; i < own().size(); i++) {
      faster.adam(own().get(i), gradients.get(i));
    }
  }

  private static void add(MemorySegment gradient, int unit, double slope) {
    float before = gradient.getAtIndex(ValueLayout.JAVA_FLOAT, unit);
    gradient.setAtIndex(ValueLayout.JAVA_FLOAT, unit, (float) (before + slope));
  }

  private DependentFactor.Kl kl(int unit) {
    return DependentFactor.kl(
        eta.value().segment().getAtIndex(ValueLayout.JAVA_FLOAT, unit),
        sigma.value().segment().getAtIndex(ValueLayout.JAVA_FLOAT, unit));
  }

  /** The KL in nats; that of η counts from when the gate looks at the example. */
  @Override
  public double klNats() {
    double nats = gate.klNats();
    for (int unit = 0; dependent && unit < eta.value().size(); unit++) {
      nats += kl(unit).value();
    }
    return nats;
  }

  @Override
  public void close() {
    gate.close();
    own().forEach(Parameter::close);
  }
}
