package dev.ockham.fuzz;

import dev.ockham.runtime.file.ModelFile;
import java.nio.file.Path;

/** Models, plain and compact: what is read is written as it was, and read again. */
public final class ModelTarget {

  private ModelTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orRead(
        data,
        bytes -> {
          ModelFile file = ModelFile.load(bytes);
          Path again = Scratch.file("model.safetensors");
          file.save(again);
          if (!ModelFile.load(again).weightsSha256().equals(file.weightsSha256())) {
            throw new IllegalStateException("a model that is written is another");
          }
        });
  }
}
