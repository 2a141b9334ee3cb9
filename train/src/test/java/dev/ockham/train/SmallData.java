package dev.ockham.train;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Images;
import dev.ockham.runtime.file.DataRules;
import java.util.SplittableRandom;

/** Small images of four kinds: the quadrant that is bright is the label. */
public final class SmallData {

  /** Pixels of each side. */
  public static final int SIDE = 8;

  /** Quadrants. */
  public static final int CLASSES = 4;

  private static final int DARK = 60;
  private static final int GLOW = 90;

  private SmallData() {}

  /** A data set with the given number of training images, and half as many for testing. */
  public static Dataset of(int train) {
    return Dataset.of(
        "quadrants",
        CLASSES,
        DataRules.NONE,
        images(train, 1),
        images(train / 2, 2),
        "made by a test");
  }

  /** Images from a seed. */
  public static Images images(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[count * SIDE * SIDE];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % CLASSES);
      for (int p = 0; p < SIDE * SIDE; p++) {
        int quadrant = p / SIDE / (SIDE / 2) * 2 + p % SIDE / (SIDE / 2);
        int glow = quadrant == labels[i] ? GLOW : 0;
        pixels[i * SIDE * SIDE + p] = (byte) (random.nextInt(DARK) + glow);
      }
    }
    return Images.copyOf(1, SIDE, SIDE, pixels, labels);
  }
}
