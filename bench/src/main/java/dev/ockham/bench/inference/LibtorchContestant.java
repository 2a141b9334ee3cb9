package dev.ockham.bench.inference;

import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.pass.InferenceForward;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * libtorch, operator by operator, in inference mode; its inputs are tensors before time is taken.
 */
final class LibtorchContestant implements Contestant {

  private final InferenceForward forward;
  private final Arena arena = Arena.ofShared();
  private final List<NativeTensor> inputs = new ArrayList<>();
  private final int threads;
  private final float[] result;

  LibtorchContestant(Model model, List<float[]> batches, int count, int threads) {
    this.forward = InferenceForward.of(model);
    this.threads = threads;
    this.result = new float[count * model.classes()];
    Shape shape = model.input();
    for (float[] batch : batches) {
      NativeTensor input = NativeTensor.floats(arena, shape.withBatch(count));
      input.set(batch);
      inputs.add(input);
    }
  }

  @Override
  public void predict(int batch) {
    if (threads == 1) {
      run(batch);
    } else {
      Libtorch.withThreads(threads, () -> run(batch));
    }
  }

  private void run(int batch) {
    try (TensorScope _ = new TensorScope()) {
      MemorySegment output = TensorMemory.of(forward.run(inputs.get(batch).tensor()).contiguous());
      MemorySegment.copy(output, ValueLayout.JAVA_FLOAT, 0, result, 0, result.length);
    }
  }

  @Override
  public float[] output() {
    return result.clone();
  }

  @Override
  public void close() {
    inputs.forEach(NativeTensor::close);
    arena.close();
    forward.close();
  }
}
