package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.Thorough;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the bytes of a file of version 1, which has no checksum that finds damage first, loading
 * either works or throws {@link MalformedFileException}. {@link ModelFileRefusalTest} has version
 * 2.
 */
class MalformedFilesTest {
  private static final String[] PIECES = {
    "9", "-", "\"", "{", "}", "[", "]", ",", ":", "null", "1e9", "99999999999", "F64", "\\u0000"
  };

  @TempDir Path folder;
  private Path path;
  private byte[] good = new byte[0];
  private int headerEnd;

  @BeforeEach
  void writeAGoodFile() throws IOException {
    path = folder.resolve("model.safetensors");
    good = ModelFileTest.resource("model-version-1-convolutional.base64");
    headerEnd = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    for (int length = 0; length < good.length; length += Thorough.oneIn(4)) {
      assertThat(isRefused(Arrays.copyOf(good, length))).as("first %s bytes", length).isTrue();
    }
    assertThat(isRefused(good)).isFalse();
  }

  @Test
  void aFlippedBitInAnyByteOfTheHeaderIsRefusedOrHarmless() throws IOException {
    Random random = new Random(8);
    int refused = 0;
    int tried = 0;
    for (int at = 0; at < headerEnd; at += Thorough.oneIn(4)) {
      tried++;
      byte[] bytes = good.clone();
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      refused += isRefused(bytes) ? 1 : 0;
    }
    // Only letters inside free texts (architecture, provenance) and digits of the scaling may pass.
    assertThat(refused).isGreaterThan(tried * 9 / 10);
  }

  @ParameterizedTest
  @ValueSource(longs = 1)
  void randomEditsOfTheHeaderNeverEscape(long seed) throws IOException {
    requireThatEditsNeverEscape(seed);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4})
  void moreEditsOfTheHeaderNeverEscape(long seed) throws IOException {
    requireThatEditsNeverEscape(seed);
  }

  private void requireThatEditsNeverEscape(long seed) throws IOException {
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      refused += isRefused(withEditedHeader(random)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(375);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomBytesNeverEscape(long seed) throws IOException {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      if (bytes.length > 16 && random.nextBoolean()) {
        // A plausible length and a brace, so that the parser is reached.
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length - 8);
        bytes[8] = '{';
      }
      assertThat(isRefused(bytes)).isTrue();
    }
  }

  @Test
  void randomDataNeverEscapes() throws IOException {
    Random random = new Random(9);
    int refused = 0;
    for (int round = 0; round < 300; round++) {
      byte[] bytes = good.clone();
      for (int edit = 0; edit < 3; edit++) {
        bytes[random.nextInt(headerEnd, bytes.length)] = (byte) random.nextInt();
      }
      refused += isRefused(bytes) ? 1 : 0;
    }
    assertThat(refused).isPositive(); // wrong indices and numbers that are not finite
  }

  /** Replaces, inserts or deletes pieces of JSON and corrects the header's length. */
  private byte[] withEditedHeader(Random random) {
    StringBuilder json =
        new StringBuilder(new String(good, 8, headerEnd - 8, StandardCharsets.UTF_8));
    int edits = 1 + random.nextInt(3);
    for (int edit = 0; edit < edits; edit++) {
      int from = random.nextInt(json.length());
      int to = Math.min(json.length(), from + random.nextInt(4));
      json.replace(from, to, random.nextInt(4) == 0 ? "" : PIECES[random.nextInt(PIECES.length)]);
    }
    byte[] header = json.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + good.length - headerEnd)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).put(good, headerEnd, good.length - headerEnd);
    return bytes.array();
  }

  /** Whether loading throws the one exception it may throw; any other fails the test. */
  private boolean isRefused(byte[] bytes) throws IOException {
    Files.write(path, bytes);
    try {
      ModelFile.load(path);
      return false;
    } catch (MalformedFileException e) {
      assertThat(e.getMessage()).startsWith(path + ": byte ");
      return true;
    }
  }
}
