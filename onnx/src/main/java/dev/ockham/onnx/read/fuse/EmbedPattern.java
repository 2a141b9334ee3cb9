package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table with a row of zeros behind its last, where what lies outside of it is sent: the form in
 * which a table of ours goes out, and which is one again. The node that becomes of it says in
 * {@link #ROWS} how many rows count.
 */
public final class EmbedPattern implements Pattern {
  /** The attribute of a {@code Gather} whose table has fewer rows than its tensor; not ONNX's. */
  public static final String ROWS = "ockham_rows";

  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    Tensor table = last.operator().equals("Gather") ? index.constant(last.input(0)) : null;
    if (table == null
        || !table.isReal()
        || table.shape().rank() != 2
        || last.attributes().integer("axis", 0) != 0) {
      return null;
    }
    OnnxNode cast = index.giver(last.input(1), "Cast");
    OnnxNode clip = index.giver(cast == null ? last.input(1) : cast.input(0), "Clip");
    int rows = table.shape().dim(0) - 1;
    if (clip == null
        || clip.inputs().size() != 3
        || index.number(clip.input(1)) != -1
        || index.number(clip.input(2)) != rows
        || !endsInZeros(table)) {
      return null;
    }
    Map<String, Object> settings = new HashMap<>(last.attributes().values());
    settings.put(ROWS, (long) rows);
    return last.as("Gather", List.of(last.input(0), clip.input(0)), new Attributes(settings));
  }

  private static boolean endsInZeros(Tensor table) {
    float[] numbers = table.reals();
    for (int i = numbers.length - table.shape().dim(1); i < numbers.length; i++) {
      if (numbers[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
