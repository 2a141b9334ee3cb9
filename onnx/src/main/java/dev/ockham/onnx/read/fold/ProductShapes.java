package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Shapes that products of matrices give. */
final class ProductShapes {
  private ProductShapes() {}

  /** What MatMul gives; a vector is a row on the left, a column on the right. */
  static Shape product(NodeView view) {
    Shape x = view.shape(0);
    Shape y = view.shape(1);
    if (x.rank() == 0 || y.rank() == 0) {
      throw new MalformedOnnxException(view.node(), "it multiplies a single number");
    }
    int inner = x.dim(x.rank() - 1);
    if (inner != y.dim(Math.max(0, y.rank() - 2))) {
      throw new MalformedOnnxException(view.node(), "it does not multiply " + x + " by " + y);
    }
    Shape left = new Shape(x.dims().subList(0, Math.max(0, x.rank() - 2)));
    Shape right = new Shape(y.dims().subList(0, Math.max(0, y.rank() - 2)));
    List<Integer> dims = new ArrayList<>(ShapeArguments.broadcast(view, left, right).dims());
    if (x.rank() > 1) {
      dims.add(x.dim(x.rank() - 2));
    }
    if (y.rank() > 1) {
      dims.add(y.dim(y.rank() - 1));
    }
    return new Shape(dims);
  }

  static Shape gemm(NodeView view) {
    Shape a = view.shape(0);
    Shape b = view.shape(1);
    int left = view.attributes().integer("transA", 0) != 0 ? 1 : 0;
    int right = view.attributes().integer("transB", 0) != 0 ? 0 : 1;
    if (a.rank() != 2 || b.rank() != 2 || a.dim(1 - left) != b.dim(1 - right)) {
      throw new MalformedOnnxException(view.node(), "it does not multiply " + a + " by " + b);
    }
    return Shape.of(a.dim(left), b.dim(right));
  }
}
