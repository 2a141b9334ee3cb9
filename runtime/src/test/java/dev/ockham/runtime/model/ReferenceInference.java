package dev.ockham.runtime.model;

/** The layers as their definitions read, one example at a time in double precision. */
final class ReferenceInference {
  private ReferenceInference() {}

  static double[] logits(SparseModel model, float[] images, int count) {
    double[] logits = new double[count * model.classes()];
    int size = model.input().size();
    for (int n = 0; n < count; n++) {
      double[] features = new double[size];
      for (int f = 0; f < size; f++) {
        features[f] = images[n * size + f];
      }
      Shape shape = model.input();
      for (ModelLayer layer : model.layers()) {
        features = apply(layer, features, shape);
        shape = layer.outputShape(shape);
      }
      System.arraycopy(features, 0, logits, n * model.classes(), model.classes());
    }
    return logits;
  }

  private static double[] apply(ModelLayer layer, double[] in, Shape shape) {
    Shape to = layer.outputShape(shape);
    double[] out = new double[to.size()];
    for (int o = 0; o < to.channels(); o++) {
      for (int y = 0; y < to.height(); y++) {
        for (int x = 0; x < to.width(); x++) {
          int at = (o * to.height() + y) * to.width() + x;
          out[at] =
              switch (layer) {
                case ModelLayer.InputScaling s -> (in[at] - s.mean()) * s.scale();
                case ModelLayer.FeatureScaling s -> (in[at] - s.mean().get(at)) * s.scale().get(at);
                case ModelLayer.Relu _ -> Math.max(0, in[at]);
                case ModelLayer.DependentGate gate -> in[at] * gate(gate, in, shape, o);
                case ModelLayer.Affine affine ->
                    affine.scale().get(o) * in[at] + affine.shift().get(o);
                case ModelLayer.Flatten _ -> in[at];
                case ModelLayer.MaxPool2d pool -> max(pool.size(), in, shape, o, y, x);
                case ModelLayer.Dense dense -> dense(dense, in, o);
                case ModelLayer.Conv2d conv -> convolution(conv, in, shape, o, y, x);
              };
        }
      }
    }
    return out;
  }

  private static double gate(ModelLayer.DependentGate layer, double[] in, Shape shape, int unit) {
    int positions = shape.height() * shape.width();
    double mean = 0;
    for (int i = 0; i < positions; i++) {
      mean += in[unit * positions + i] / positions;
    }
    double open = Math.clamp(layer.scale().get(unit) * mean + layer.shift().get(unit), 0, 1);
    double gate = layer.factor().get(unit) * open;
    return gate > layer.cut() ? gate : 0;
  }

  private static double dense(ModelLayer.Dense layer, double[] in, int o) {
    double sum = layer.bias().get(o);
    float[] weights = layer.weights().toDense();
    for (int c = 0; c < in.length; c++) {
      sum += weights[o * in.length + c] * in[c];
    }
    return sum;
  }

  private static double convolution(
      ModelLayer.Conv2d layer, double[] in, Shape shape, int o, int y, int x) {
    double sum = layer.bias().get(o);
    float[] weights = layer.weights().toDense();
    int w = o * layer.weights().cols();
    for (int c = 0; c < shape.channels(); c++) {
      for (int i = 0; i < layer.kernelHeight(); i++) {
        for (int j = 0; j < layer.kernelWidth(); j++) {
          sum += weights[w++] * in[(c * shape.height() + y + i) * shape.width() + x + j];
        }
      }
    }
    return sum;
  }

  private static double max(int size, double[] in, Shape shape, int o, int y, int x) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        int at = (o * shape.height() + y * size + i) * shape.width() + x * size + j;
        max = Math.max(max, in[at]);
      }
    }
    return max;
  }
}
