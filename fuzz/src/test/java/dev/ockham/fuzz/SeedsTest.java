package dev.ockham.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every seed, among them all inputs that were once found, and some files that are like them. */
class SeedsTest {

  private static final int MUTATIONS = 20;

  static List<Targets.Target> targets() {
    return Targets.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void areReadOrRefused(Targets.Target target) throws IOException {
    List<Path> seeds;
    try (Stream<Path> files = Files.list(target.seeds())) {
      seeds = files.sorted().toList();
    }
    assertThat(seeds).isNotEmpty();
    for (Path seed : seeds) {
      byte[] bytes = Files.readAllBytes(seed);
      attack(target, seed, bytes, "as it is");
      SplittableRandom random = new SplittableRandom(Arrays.hashCode(bytes));
      for (int i = 0; i < MUTATIONS; i++) {
        attack(target, seed, mutated(bytes, random), "mutation " + i);
      }
    }
  }

  private static void attack(Targets.Target target, Path seed, byte[] bytes, String what) {
    try {
      target.attack().on(bytes);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(
          "%s, %s, %s: %s".formatted(target, seed.getFileName(), what, Arrays.toString(bytes)), e);
    }
  }

  /** A few bytes changed, cut out or doubled. */
  private static byte[] mutated(byte[] bytes, SplittableRandom random) {
    byte[] result = bytes.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0 && result.length > 1; changes--) {
      int at = random.nextInt(result.length);
      switch (random.nextInt(4)) {
        case 0 -> result[at] = (byte) random.nextInt();
        case 1 -> result[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> result = Arrays.copyOf(result, at);
        default -> {
          byte[] longer = Arrays.copyOf(result, result.length + result.length - at);
          System.arraycopy(result, at, longer, result.length, result.length - at);
          result = longer;
        }
      }
    }
    return result;
  }
}
