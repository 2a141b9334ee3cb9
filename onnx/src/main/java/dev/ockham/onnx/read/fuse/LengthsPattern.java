package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lengths of sequences that are brought to whole numbers from 0 to all steps: the form in which
 * they go out to a recurrent operator, ours of which takes them as they are.
 */
final class LengthsPattern implements Pattern {
  private static final Set<String> RECURRENT = Set.of("LSTM", "GRU", "RNN");
  private static final int LENGTHS = 4;

  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    if (!RECURRENT.contains(last.operator()) || last.input(LENGTHS).isEmpty()) {
      return null;
    }
    OnnxNode cast = index.giver(last.input(LENGTHS), "Cast");
    OnnxNode clip = cast == null ? null : index.giver(cast.input(0), "Clip");
    Shape x = index.shape(last.input(0));
    if (clip == null
        || clip.inputs().size() != 3
        || x.rank() != 3
        || index.number(clip.input(1)) != 0
        || index.number(clip.input(2)) != x.dim(batchFirst(last) ? 1 : 0)) {
      return null;
    }
    String length = clip.input(0);
    if (index.isReal(length)) {
      // Casting cuts a part of a step off, which counts as one with us; rounded up it is the same.
      OnnxNode ceil = index.giver(length, "Ceil");
      if (ceil == null) {
        return null;
      }
      length = ceil.input(0);
    }
    List<String> reads = new ArrayList<>(last.inputs());
    reads.set(LENGTHS, length);
    return last.reading(reads);
  }

  private static boolean batchFirst(OnnxNode node) {
    return node.attributes().integer("layout", 0) != 0;
  }
}
