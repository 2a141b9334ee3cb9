package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.ValueType;
import dev.ockham.runtime.graph.Shape;
import java.util.List;

/** Shapes that recurrent layers give: all states, the last, and an LSTM's last cells. */
final class RecurrentShapes {
  private RecurrentShapes() {}

  static List<ValueType> of(NodeView view) {
    Shape x = view.shape(0);
    Shape weight = view.shape(2); // R, [directions, gates · hidden, hidden]
    if (x.rank() != 3 || weight.rank() != 3) {
      throw new MalformedOnnxException(
          view.node(), "its input is of " + x + ", its weights of " + weight + ", not of 3 axes");
    }
    boolean batchFirst = view.attributes().integer("layout", 0) != 0;
    int directions = weight.dim(0);
    int hidden = weight.dim(2);
    int steps = x.dim(batchFirst ? 1 : 0);
    int batch = x.dim(batchFirst ? 0 : 1);
    ValueType all =
        new ValueType(
            view.element(0),
            batchFirst
                ? Shape.of(batch, steps, directions, hidden)
                : Shape.of(steps, directions, batch, hidden));
    ValueType last =
        new ValueType(
            view.element(0),
            batchFirst ? Shape.of(batch, directions, hidden) : Shape.of(directions, batch, hidden));
    return List.of(all, last, last);
  }
}
