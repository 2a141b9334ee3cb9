package dev.ockham.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.runtime.file.DataRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Against what NumPy computes from the formulas (oracle/audio.py). */
class AudioEncoderTest {

  private static Map<String, double[]> oracle() throws IOException {
    Map<String, double[]> rows = new HashMap<>();
    try (InputStream in = AudioEncoderTest.class.getResourceAsStream("audio.txt")) {
      String text =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      text.lines()
          .forEach(line -> {
            String[] parts = line.split(" ", -1);
            rows.put(
                parts[0], Arrays.stream(parts).skip(1).mapToDouble(Double::parseDouble).toArray());
          });
    }
    return rows;
  }

  private static WaveSound signal(int rate, double seconds) {
    float[] samples = new float[(int) Math.round(rate * seconds)];
    for (int i = 0; i < samples.length; i++) {
      double t = (double) i / rate;
      samples[i] =
          (float)
              (0.4 * Math.sin(2 * Math.PI * (200 * t + 900 * t * t))
                  + 0.2 * Math.sin(2 * Math.PI * 2500 * t + 1)
                  + 0.05 * Math.sin(2 * Math.PI * 3700 * t) * Math.cos(2 * Math.PI * 9 * t));
    }
    return new WaveSound(rate, samples);
  }

  private static void assertClose(float[] found, double[] expected, double tolerance) {
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).as("number %s", i).isCloseTo(expected[i], within(tolerance));
    }
  }

  @Test
  void ratesChangeAsThePublishedFilterDoes() throws IOException {
    Map<String, double[]> oracle = oracle();
    int[][] rates = {{44100, 16000}, {8000, 16000}, {48000, 16000}, {16000, 22050}};
    for (int[] rate : rates) {
      float[] made =
          new Resampling(rate[0], rate[1])
              .of(signal(rate[0], rate[0] == 16000 ? 0.01 : 0.02).samples(), Integer.MAX_VALUE);
      String name = "resample-" + rate[0] + "-" + rate[1];
      assertClose(made, Objects.requireNonNull(oracle.get(name), name), 2e-6);
    }
  }

  @Test
  void spectraAndCoefficientsAreThoseOfTheFormulas() throws IOException {
    Map<String, double[]> oracle = oracle();
    AudioRules keyword = new AudioRules(16000, 640, 320, 40, 10, 16000, 20, 4000);
    assertThat(keyword.frames()).isEqualTo(49);
    assertClose(
        new AudioEncoder(keyword).encode(signal(16000, 0.8)),
        Objects.requireNonNull(oracle.get("mfcc")),
        2e-3);
    assertClose(
        new AudioEncoder(new AudioRules(16000, 400, 160, 20, 0, 3200, 0, 8000))
            .encode(signal(16000, 0.2)),
        Objects.requireNonNull(oracle.get("mel")),
        2e-3);
    assertClose(
        new AudioEncoder(new AudioRules(8000, 200, 80, 16, 0, 1600, 50, 3800))
            .encode(signal(11025, 0.2)),
        Objects.requireNonNull(oracle.get("mel-from-11025")),
        2e-3);
  }

  private static byte[] wave(int code, int channels, int rate, int bits, byte[] data) {
    ByteBuffer file = ByteBuffer.allocate(44 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + data.length);
    file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    file.putShort((short) code).putShort((short) channels).putInt(rate);
    file.putInt(rate * channels * bits / 8).putShort((short) (channels * bits / 8));
    file.putShort((short) bits).put("data".getBytes(StandardCharsets.US_ASCII));
    return file.putInt(data.length).put(data).array();
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void everyKindOfSampleIsTheSameSound() {
    float[] expected = {0.5f, -0.25f, -1};
    Map<String, byte[]> files =
        Map.of(
            "8", wave(1, 1, 8000, 8, new byte[] {(byte) 192, 96, 0}),
            "16",
                wave(
                    1,
                    1,
                    8000,
                    16,
                    buffer(6)
                        .putShort((short) 16384)
                        .putShort((short) -8192)
                        .putShort(Short.MIN_VALUE)
                        .array()),
            "24", wave(1, 1, 8000, 24, new byte[] {0, 0, 64, 0, 0, -32, 0, 0, -128}),
            "32",
                wave(
                    1,
                    1,
                    8000,
                    32,
                    buffer(12).putInt(1 << 30).putInt(-(1 << 29)).putInt(1 << 31).array()),
            "float",
                wave(
                    3,
                    1,
                    8000,
                    32,
                    buffer(12).putFloat(0.5f).putFloat(-0.25f).putFloat(-1).array()),
            "stereo", wave(1, 2, 8000, 8, new byte[] {(byte) 255, (byte) 129, 96, 96, 0, 0}));
    files.forEach((name, file) ->
        assertThat(WaveSound.read(file).samples()).as(name).containsExactly(expected));
    assertThat(WaveSound.read(Objects.requireNonNull(files.get("8"))).rate()).isEqualTo(8000);
  }

  private static void refused(byte[] file, String fault) {
    assertThatThrownBy(() -> WaveSound.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(fault);
  }

  @Test
  void whatIsNoSoundIsRefusedInOneLine() {
    byte[] good = wave(1, 1, 8000, 16, new byte[4]);
    refused(new byte[3], "is no WAV file: it does not begin with RIFF and WAVE");
    refused(Arrays.copyOf(good, 46), "is cut off: its samples take 4 bytes, but 2 are there");
    refused(Arrays.copyOf(good, 30), "has a format of 16 bytes, at byte 12");
    refused(Arrays.copyOf(good, 36), "has no samples ('data')");
    refused(Arrays.copyOf(good, 12), "has no format ('fmt ')");
    refused(
        wave(2, 1, 8000, 4, new byte[4]),
        "holds samples of format 2 with 4 bits; PCM (1) of 8, 16, 24 or 32 bits and floats (3) of"
            + " 32 are read");
    refused(wave(1, 6, 8000, 16, new byte[12]), "has 6 channels; 1 or 2 are read");
    refused(wave(1, 1, 7, 16, new byte[4]), "has 7 samples a second; 1000 to 192000 are read");
    refused(
        wave(1, 2, 8000, 16, new byte[6]),
        "has 6 bytes of samples, which are no samples of 4 bytes");
    refused(wave(3, 1, 8000, 32, buffer(4).putFloat(Float.NaN).array()), "sample 0 is NaN");
    byte[] huge = good.clone();
    ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(40, -2);
    refused(huge, "is cut off: its samples take 4294967294 bytes, but 4 are there");
  }

  @Test
  void rulesTravelInAModelAndAreChecked() {
    AudioRules rules = new AudioRules(16000, 640, 320, 40, 10, 16000, 20, 4000);
    assertThat(new DataRules(DataRules.NONE.withAudio(rules).json()).audio()).contains(rules);
    assertThatThrownBy(() -> new AudioRules(16000, 640, 320, 40, 41, 16000, 20, 4000))
        .hasMessage("sounds: coefficients is 41; it must be from 0 to 40");
    assertThatThrownBy(() -> new AudioRules(8000, 640, 320, 40, 10, 16000, 20, 4001))
        .hasMessage("sounds: high is 4001; it must be from 1 to 4000");
  }
}
