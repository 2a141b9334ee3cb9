package dev.ockham.runtime.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reference for products of matrices, and for operators that only move numbers. */
final class ReferenceMoves {
  private ReferenceMoves() {}

  static Tensor linear(Linear linear, Tensor x, Map<String, Tensor> parameters) {
    Tensor w = ReferenceForward.needed(parameters, "weight");
    @Nullable Tensor bias = parameters.get("bias");
    int last = x.rank() - 1;
    int[] dims = x.dims();
    dims[last] = linear.outputs();
    Tensor y = Tensor.zeros(dims);
    for (int place = 0; place < y.values().length; place++) {
      int[] at = y.index(place);
      int unit = at[last];
      double sum = bias == null ? 0 : bias.get(unit);
      for (int k = 0; k < x.dim(last); k++) {
        at[last] = k;
        sum += w.get(unit, k) * x.get(at);
      }
      y.values()[place] = sum;
    }
    return y;
  }

  static Tensor embed(Embed embed, Tensor tokens, Map<String, Tensor> parameters) {
    Tensor table = ReferenceForward.needed(parameters, "weight");
    int[] dims = Arrays.copyOf(tokens.dims(), tokens.rank() + 1);
    dims[tokens.rank()] = embed.width();
    Tensor y = Tensor.zeros(dims);
    for (int place = 0; place < y.values().length; place++) {
      int[] at = y.index(place);
      double token = tokens.get(Arrays.copyOf(at, tokens.rank()));
      for (int row = 0; row < table.dim(0); row++) {
        if (token == row) {
          y.values()[place] = table.get(row, at[tokens.rank()]);
        }
      }
    }
    return y;
  }

  static Tensor product(MatrixProduct product, Tensor x, Tensor y) {
    int rank = x.rank();
    int[] dims = x.dims();
    dims[rank - 1] = y.dim(product.transposeRight() ? rank - 2 : rank - 1);
    Tensor z = Tensor.zeros(dims);
    for (int place = 0; place < z.values().length; place++) {
      int[] at = z.index(place);
      double sum = 0;
      for (int k = 0; k < x.dim(rank - 1); k++) {
        int[] left = at.clone();
        int[] right = at.clone();
        left[rank - 1] = k;
        right[rank - 2] = product.transposeRight() ? at[rank - 1] : k;
        right[rank - 1] = product.transposeRight() ? k : at[rank - 1];
        sum += x.get(left) * y.get(right);
      }
      z.values()[place] = sum;
    }
    return z;
  }

  static Tensor constant(Constant constant, Map<String, Tensor> parameters) {
    Tensor value = ReferenceForward.needed(parameters, "value");
    return Tensor.of(constant.shape().toArray(), value.values().clone());
  }

  static Tensor concat(Concat concat, List<Tensor> in) {
    int[] dims = in.get(0).dims();
    dims[concat.axis()] = in.stream().mapToInt(x -> x.dim(concat.axis())).sum();
    Tensor y = Tensor.zeros(dims);
    int offset = 0;
    for (Tensor x : in) {
      for (int place = 0; place < x.values().length; place++) {
        int[] at = x.index(place);
        at[concat.axis()] += offset;
        y.set(x.values()[place], at);
      }
      offset += x.dim(concat.axis());
    }
    return y;
  }

  static Tensor reshape(Reshape reshape, Tensor x) {
    int[] dims = reshape.dims().stream().mapToInt(Integer::intValue).toArray();
    int known = Arrays.stream(dims).filter(dim -> dim >= 0).reduce(1, (a, b) -> a * b);
    for (int axis = 0; axis < dims.length; axis++) {
      if (dims[axis] < 0) {
        dims[axis] = known == 0 ? 0 : x.values().length / known;
      }
    }
    return Tensor.of(dims, x.values().clone());
  }

  static Tensor permute(Permute permute, Tensor x) {
    int[] dims = permute.order().stream().mapToInt(x::dim).toArray();
    Tensor y = Tensor.zeros(dims);
    for (int place = 0; place < y.values().length; place++) {
      int[] at = y.index(place);
      int[] from = new int[at.length];
      for (int axis = 0; axis < at.length; axis++) {
        from[permute.order().get(axis)] = at[axis];
      }
      y.values()[place] = x.get(from);
    }
    return y;
  }

  static Tensor triangle(Triangle triangle, Tensor x) {
    Tensor y = Tensor.zeros(x.dims());
    for (int place = 0; place < y.values().length; place++) {
      int[] at = x.index(place);
      int row = at[at.length - 2] + triangle.diagonal();
      int column = at[at.length - 1];
      boolean off = triangle.upper() ? column < row : column > row;
      y.values()[place] = off ? 0 : x.values()[place];
    }
    return y;
  }

  static Tensor slice(Slice slice, Tensor x) {
    int count = 0;
    for (int i = slice.start(); i < slice.end(); i += slice.step()) {
      count++;
    }
    int[] dims = x.dims();
    dims[slice.axis()] = count;
    Tensor y = Tensor.zeros(dims);
    for (int place = 0; place < y.values().length; place++) {
      int[] at = y.index(place);
      at[slice.axis()] = slice.start() + at[slice.axis()] * slice.step();
      y.values()[place] = x.get(at);
    }
    return y;
  }

  static Tensor pad(Pad pad, Tensor x) {
    int[] dims = x.dims();
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] += pad.before().get(axis) + pad.after().get(axis);
    }
    Tensor y = Tensor.zeros(dims);
    Arrays.fill(y.values(), pad.value());
    for (int place = 0; place < x.values().length; place++) {
      int[] at = x.index(place);
      for (int axis = 0; axis < at.length; axis++) {
        at[axis] += pad.before().get(axis);
      }
      y.set(x.values()[place], at);
    }
    return y;
  }
}
