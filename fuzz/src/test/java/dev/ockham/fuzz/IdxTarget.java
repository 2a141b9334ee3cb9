package dev.ockham.fuzz;

import dev.ockham.core.data.IdxFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** IDX images and labels, in files that are packed or not. */
public final class IdxTarget {

  private static final byte[] LABELS = {0, 0, 8, 1, 0, 0, 0, 2, 0, 1};

  private IdxTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Path labels = Scratch.file("labels");
    Refusal.orReadFile(
        data,
        Scratch.file("images"),
        images -> {
          Files.write(labels, LABELS);
          var _ = IdxFile.read(images, labels);
        });
  }
}
