package dev.ockham.bench.inference;

import dev.ockham.runtime.model.CsrMatrix;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** oneDNN's product of a sparse matrix in compressed rows with a dense one. */
final class OneDnnContestant implements Contestant {

  private final stream stream;
  private final matmul product;
  private final List<IntMemoryMap> arguments = new ArrayList<>();
  private final List<Object> kept = new ArrayList<>();
  private final FloatPointer output;
  private final int rows;
  private final int count;

  /**
   * A product.
   *
   * @param weights {@code [outputs, inputs]}
   * @param batches each {@code [count, inputs]}
   */
  OneDnnContestant(CsrMatrix weights, List<float[]> batches, int count) {
    this.rows = weights.rows();
    this.count = count;
    engine processor = new engine(engine.kind.cpu, 0);
    stream = new stream(processor);
    memory.desc sparse =
        memory.desc.csr(
            new long[] {rows, weights.cols()},
            memory.data_type.f32,
            weights.stored(),
            memory.data_type.s32,
            memory.data_type.s32);
    memory.desc given = dense(weights.cols(), count);
    memory.desc made = dense(rows, count);
    matmul.primitive_desc description = new matmul.primitive_desc(processor, sparse, given, made);
    product = new matmul(description);
    FloatPointer values = new FloatPointer(weights.values());
    IntPointer columns = new IntPointer(weights.columns());
    IntPointer offsets = new IntPointer(weights.rowOffsets());
    PointerPointer<Pointer> parts = new PointerPointer<>(values, columns, offsets);
    memory left = new memory(sparse, processor, parts);
    output = new FloatPointer((long) rows * count);
    memory result = new memory(made, processor, output);
    kept.addAll(List.of(processor, sparse, given, made, description, values, columns, offsets));
    kept.addAll(List.of(parts, left, result));
    for (float[] batch : batches) {
      FloatPointer numbers = new FloatPointer(Batches.transposed(batch, count));
      memory right = new memory(given, processor, numbers);
      IntMemoryMap map = new IntMemoryMap();
      map.put(dnnl.DNNL_ARG_SRC, left);
      map.put(dnnl.DNNL_ARG_WEIGHTS, right);
      map.put(dnnl.DNNL_ARG_DST, result);
      kept.addAll(List.of(numbers, right));
      arguments.add(map);
    }
  }

  private static memory.desc dense(long rows, long columns) {
    return new memory.desc(new long[] {rows, columns}, memory.data_type.f32, memory.format_tag.ab);
  }

  /** oneDNN's version. */
  static String version() {
    dnnl_version_t version = dnnl.dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  @Override
  public void predict(int batch) {
    product.execute(stream, arguments.get(batch));
    stream._wait();
  }

  @Override
  public float[] output() {
    float[] all = new float[rows * count];
    output.get(all);
    return Batches.transposed(all, rows);
  }

  @Override
  public void close() {
    output.close();
  }
}
