package dev.ockham.cli;

import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.StoredTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the bytes of a model file say without Ockham's model reader. */
final class ModelBytes {

  private ModelBytes() {}

  /** Weights that are not zero, counted in the bytes of the file. */
  static long nonzeroInFile(Path file) throws IOException {
    long nonzero = 0;
    for (Map.Entry<String, StoredTensor> entry : Safetensors.read(file).tensors().entrySet()) {
      if (entry.getKey().endsWith(".weight") || entry.getKey().endsWith(".weight.values")) {
        ByteBuffer bytes = entry.getValue().data().order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          nonzero += bytes.getFloat() == 0 ? 0 : 1;
        }
      }
    }
    return nonzero;
  }

  /** Of all tensors but mean and scale of the input, which are no weights. */
  static String tensorHash(Path file) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    TreeMap<String, StoredTensor> tensors = new TreeMap<>(Safetensors.read(file).tensors());
    tensors.keySet().removeAll(List.of("input.mean", "input.scale"));
    for (StoredTensor tensor : tensors.values()) {
      byte[] bytes = new byte[tensor.data().remaining()];
      tensor.data().get(bytes);
      all.write(bytes);
    }
    return HexFormat.of().formatHex(TinyRuns.sha256(all.toByteArray()));
  }
}
