package dev.ockham.fuzz;

import dev.ockham.core.picture.PictureReader;

/** Pictures of every format. */
public final class PictureTarget {

  private static final int MOST_PIXELS = 1 << 16;

  private PictureTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orRead(
        data,
        bytes -> {
          try (PictureReader reader = new PictureReader()) {
            var _ =
                reader.read("picture", bytes, 0, (height, width) -> requireSmall(height, width));
          }
        });
  }

  private static void requireSmall(int height, int width) {
    if ((long) height * width > MOST_PIXELS) {
      throw new IllegalArgumentException("larger than a caller would take");
    }
  }
}
