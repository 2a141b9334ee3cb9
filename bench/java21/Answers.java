import dev.ockham.runtime.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32;

/** Prints a checksum of the bits that each model gives for two examples. */
public final class Answers {
  private Answers() {}

  /** Asks each of the model files that are named. */
  public static void main(String[] args) throws IOException {
    System.err.println(
        System.getProperty("java.version") + " " + System.getProperty("java.vm.name"));
    for (String file : args) {
      Predictor predictor = Predictor.load(Path.of(file));
      float[] examples = new float[2 * predictor.inputs()];
      int state = 1;
      for (int i = 0; i < examples.length; i++) {
        state = state * 1664525 + 1013904223;
        examples[i] = state >>> 24;
      }
      CRC32 sum = new CRC32();
      for (float value : predictor.predict(examples, 2)) {
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < 32; shift += 8) {
          sum.update((bits >>> shift) & 255);
        }
      }
      System.out.println(file + " " + Long.toHexString(sum.getValue()));
    }
  }
}
