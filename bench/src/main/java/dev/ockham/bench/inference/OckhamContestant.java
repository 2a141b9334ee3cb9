package dev.ockham.bench.inference;

import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.List;

/** Ockham's own runtime. */
final class OckhamContestant implements Contestant {

  private final Plan plan;
  private final List<float[]> batches;
  private final int count;
  private final int threads;
  private float[] result;

  OckhamContestant(Model model, List<float[]> batches, int count, int threads) {
    this.plan = Plan.of(model);
    this.batches = batches;
    this.count = count;
    this.threads = threads;
    this.result = new float[count * model.classes()];
  }

  @Override
  public void predict(int batch) {
    if (threads == 1) {
      plan.runInto(batches.get(batch), result, count);
    } else {
      result = plan.run(batches.get(batch), count, threads);
    }
  }

  @Override
  public float[] output() {
    return result.clone();
  }

  @Override
  public void close() {}
}
