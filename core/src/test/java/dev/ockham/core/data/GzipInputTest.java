package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GzipInputTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 300_007})
  void unpacksAnySizeInAnyReads(int size) throws IOException {
    byte[] contents = new byte[size];
    new SplittableRandom(size).nextBytes(contents);
    byte[] packed = SampleData.gzip(contents);

    assertThat(unpack(packed)).isEqualTo(contents);
    // One byte at a time into the unpacker: every buffer boundary is crossed.
    var trickle =
        new ByteArrayInputStream(packed) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1));
          }
        };
    try (var in = new GzipInput(trickle, "f")) {
      assertThat(in.readAllBytes()).isEqualTo(contents);
    }
  }

  @Test
  void joinsMembers() throws IOException {
    var packed = new ByteArrayOutputStream();
    packed.write(SampleData.gzip("one ".getBytes(StandardCharsets.UTF_8)));
    packed.write(SampleData.gzip(new byte[0]));
    packed.write(SampleData.gzip("two".getBytes(StandardCharsets.UTF_8)));
    assertThat(new String(unpack(packed.toByteArray()), StandardCharsets.UTF_8))
        .isEqualTo("one two");
  }

  @Test
  void skipsEveryOptionalHeaderField() throws IOException {
    byte[] plain = SampleData.gzip(new byte[] {1, 2, 3});
    var packed = new ByteArrayOutputStream();
    packed.write(new byte[] {0x1F, (byte) 0x8B, 8, 0x1E, 0, 0, 0, 0, 0, 3});
    packed.write(new byte[] {2, 0, 'x', 'y'}); // extra field
    packed.write(new byte[] {'n', 0, 'c', 0}); // name, comment
    packed.write(new byte[] {5, 5}); // header checksum
    packed.write(plain, 10, plain.length - 10);
    assertThat(unpack(packed.toByteArray())).isEqualTo(new byte[] {1, 2, 3});
  }

  @Test
  void refusesReservedFlagsAndOtherMethods() throws IOException {
    byte[] flags = SampleData.gzip(new byte[3]);
    flags[3] = (byte) 0x80;
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> unpack(flags))
        .withMessageContaining("flags are 0x80");
    byte[] method = SampleData.gzip(new byte[3]);
    method[2] = 7;
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> unpack(method))
        .withMessageContaining("method is 7, expected 8");
  }

  private static byte[] unpack(byte[] packed) throws IOException {
    try (InputStream in = new GzipInput(new ByteArrayInputStream(packed), "f")) {
      return in.readAllBytes();
    }
  }
}
