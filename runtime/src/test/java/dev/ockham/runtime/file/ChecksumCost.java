package dev.ockham.runtime.file;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Prints what checksums cost a checkpoint of 105 MB, in milliseconds of one core. */
final class ChecksumCost {
  private static final int TENSORS = 60;
  private static final int NUMBERS = 105_000_000 / Float.BYTES / TENSORS;
  private static final int ROUNDS = 6;

  private ChecksumCost() {}

  /** Writes and reads the file of the first argument. */
  public static void main(String[] arguments) throws IOException {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    SplittableRandom random = new SplittableRandom(1);
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (int i = 0; i < TENSORS; i++) {
      float[] numbers = new float[NUMBERS];
      for (int k = 0; k < NUMBERS; k++) {
        numbers[k] = (float) random.nextDouble();
      }
      tensors.put("t" + i, StoredTensor.ofFloats(numbers, NUMBERS));
    }
    SafetensorsFile file = SafetensorsFile.of(Map.of(), tensors);
    Path path = Path.of(arguments[0]);
    for (int round = 0; round < ROUNDS; round++) {
      long began = clock.getCurrentThreadCpuTime();
      Safetensors.write(path, file);
      long written = clock.getCurrentThreadCpuTime();
      Safetensors.read(path);
      long read = clock.getCurrentThreadCpuTime();
      Safetensors.writeChecked(path, file);
      long writtenChecked = clock.getCurrentThreadCpuTime();
      Safetensors.readChecked(path);
      long readChecked = clock.getCurrentThreadCpuTime();
      System.out.printf(
          "write %s, with checksums %s; read %s, with checksums %s%n",
          millis(written - began),
          millis(writtenChecked - read),
          millis(read - written),
          millis(readChecked - writtenChecked));
    }
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
