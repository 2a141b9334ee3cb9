package dev.ockham.train.compress;

import dev.ockham.core.prune.Compaction;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is left of a file where every weight is gone: no network of its shape is smaller. */
final class EmptyNetwork {

  private EmptyNetwork() {}

  /** Bytes of the compact file. */
  static long fileBytes(ModelFile file) {
    Model model = file.model();
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : model.graph().parameters()) {
      Matrix matrix = model.value(parameter.name());
      values.put(
          parameter.name(),
          parameter.role().prunable()
              ? DenseMatrix.of(
                  matrix.rows(), matrix.cols(), new float[matrix.rows() * matrix.cols()])
              : matrix);
    }
    Model empty = Compaction.compact(new Model(model.architecture(), model.graph(), values));
    return new ModelFile(empty, file.provenance(), file.rules()).compactSize(Map.of());
  }
}
