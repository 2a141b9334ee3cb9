package dev.ockham.onnx.check;

import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The folder through which a process talks with the one that has ONNX Runtime.
 *
 * @param folder exists
 */
record ReferenceFiles(Path folder) {
  private static final String COUNT = "count";

  Path model() {
    return folder.resolve("model.onnx");
  }

  /** What went wrong, in one line; there only if something did. */
  Path failure() {
    return folder.resolve("failure.txt");
  }

  /** What the process said; for failures of its machine. */
  Path said() {
    return folder.resolve("said.txt");
  }

  private Path inputs(int number) {
    return folder.resolve("inputs-" + number + ".safetensors");
  }

  private Path outputs(int number) {
    return folder.resolve("outputs-" + number + ".safetensors");
  }

  boolean hasBatch(int number) {
    return Files.exists(inputs(number));
  }

  void writeBatch(int number, Batch batch) throws IOException {
    Map<String, String> metadata = Map.of(COUNT, Integer.toString(batch.count()));
    Safetensors.write(inputs(number), SafetensorsFile.of(metadata, stored(batch.inputs())));
  }

  Batch readBatch(int number) throws IOException {
    SafetensorsFile file = Safetensors.read(inputs(number));
    return new Batch(floats(file), Integer.parseInt(file.metadata().getOrDefault(COUNT, "0")));
  }

  void writeOutputs(int number, Map<String, float[]> outputs) throws IOException {
    Safetensors.write(outputs(number), SafetensorsFile.of(Map.of(), stored(outputs)));
  }

  Map<String, float[]> readOutputs(int number) throws IOException {
    return floats(Safetensors.read(outputs(number)));
  }

  private static Map<String, StoredTensor> stored(Map<String, float[]> values) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    values.forEach(
        (name, numbers) -> tensors.put(name, StoredTensor.ofFloats(numbers, numbers.length)));
    return tensors;
  }

  private static Map<String, float[]> floats(SafetensorsFile file) {
    Map<String, float[]> values = new LinkedHashMap<>();
    file.tensors().forEach((name, tensor) -> values.put(name, tensor.toFloats()));
    return values;
  }
}
