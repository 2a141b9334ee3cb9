package dev.ockham.train.gate;

import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.Update;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One factor per unit, learnt, with a belief that may close it. Its noise is one standard normal
 * per example and unit; where the belief has a draw for the whole batch, one more row.
 */
public final class LearntGate implements Gate {

  private final GateBelief belief;
  private final boolean onOutputs;
  private final double rate;
  private final List<Parameter> parameters = new ArrayList<>();
  private final NativeTensor factors;

  /**
   * A gate of zeros.
   *
   * @param name what the names of its parameters begin with
   * @param belief what each factor is believed to be
   * @param units how many factors
   * @param onOutputs whether it stands at the layer's outputs
   * @param rate its learning rate, relative to that of weights
   */
  public LearntGate(
      String name, GateBelief belief, int units, boolean onOutputs, double rate, Arena arena) {
    this.belief = belief;
    this.onOutputs = onOutputs;
    this.rate = rate;
    for (String number : belief.names()) {
      parameters.add(Parameter.zeros(name + "." + number, arena, units));
    }
    factors = NativeTensor.floats(arena, units);
  }

  /** What each factor is believed to be. */
  public GateBelief belief() {
    return belief;
  }

  @Override
  public boolean noisy() {
    return true;
  }

  @Override
  public boolean onOutputs() {
    return onOutputs;
  }

  @Override
  public int noiseWidth(int units, int positions) {
    return units;
  }

  @Override
  public int sharedRows() {
    return 1;
  }

  @Override
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  @Override
  public void initialize() {
    GateBelief.Parameters start = belief.start();
    double[] numbers = {start.first(), start.second()};
    for (int i = 0; i < parameters.size(); i++) {
      float[] values = new float[units()];
      Arrays.fill(values, (float) numbers[i]);
      parameters.get(i).value().set(values);
    }
  }

  @Override
  public void refresh() {
    factors.set(each(belief::factor));
  }

  /** What multiplies each unit at test time. */
  public float[] factors() {
    return factors.toArray();
  }

  /** Score of each unit to prune by. */
  public float[] scores() {
    return each(belief::score);
  }

  private float[] each(ToDoubleFunction<GateBelief.Parameters> of) {
    float[] values = new float[units()];
    for (int unit = 0; unit < values.length; unit++) {
      values[unit] = (float) of.applyAsDouble(at(unit));
    }
    return values;
  }

  @Override
  public GateLeaves newLeaves() {
    return new GateLeaves.Learnt(
        belief, parameters.stream().map(p -> p.value().newLeaf()).toList(), factors.tensor());
  }

  @Override
  public void fillNoise(Kernels kernels, NoiseKey key, int[] rows, int width, MemorySegment out) {
    kernels.fillNormal(key, rows, width, out, 0, (long) rows.length * width);
  }

  @Override
  public void update(List<GateLeaves> leaves, Update update) {
    if (!update.noisy()) {
      return;
    }
    List<MemorySegment> gradients = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      int number = i;
      gradients.add(
          Gradients.sum(
              leaves.stream()
                  .map(leaf -> ((GateLeaves.Learnt) leaf).numbers().get(number))
                  .toList()));
    }
    for (int unit = 0; unit < units(); unit++) {
      GateBelief.Kl kl = belief.kl(at(unit));
      double[] slopes = {kl.byFirst(), kl.bySecond()};
      for (int i = 0; i < parameters.size(); i++) {
        float gradient = gradients.get(i).getAtIndex(ValueLayout.JAVA_FLOAT, unit);
        gradients
            .get(i)
            .setAtIndex(
                ValueLayout.JAVA_FLOAT, unit, (float) (gradient + update.klScale() * slopes[i]));
      }
    }
    Update faster = update.withRate(rate);
    for (int i = 0; i < parameters.size(); i++) {
      faster.adam(parameters.get(i), gradients.get(i));
    }
    refresh();
  }

  @Override
  public double klNats() {
    double nats = 0;
    for (int unit = 0; unit < units(); unit++) {
      nats += belief.kl(at(unit)).value();
    }
    return nats;
  }

  private int units() {
    return Math.toIntExact(factors.size());
  }

  private GateBelief.Parameters at(int unit) {
    double second =
        parameters.size() > 1
            ? parameters.get(1).value().segment().getAtIndex(ValueLayout.JAVA_FLOAT, unit)
            : 0;
    return new GateBelief.Parameters(
        parameters.getFirst().value().segment().getAtIndex(ValueLayout.JAVA_FLOAT, unit), second);
  }

  @Override
  public void close() {
    parameters.forEach(Parameter::close);
    factors.close();
  }
}
