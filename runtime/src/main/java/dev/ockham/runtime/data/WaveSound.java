package dev.ockham.runtime.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A sound of one channel.
 *
 * @param rate samples a second
 * @param samples in [−1, 1] as a rule; of several channels, their mean
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record WaveSound(int rate, float[] samples) {
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;
  private static final int MOST_CHANNELS = 2;
  private static final int HEAD = 8;

  /**
   * Reads a WAV file: RIFF with PCM of 8, 16, 24 or 32 bits, or floats of 32 bits, of one channel
   * or two.
   *
   * @throws IllegalArgumentException saying what is wrong, with the value
   */
  public static WaveSound read(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < 12 || !id(file, 0).equals("RIFF") || !id(file, 8).equals("WAVE")) {
      throw new IllegalArgumentException("is no WAV file: it does not begin with RIFF and WAVE");
    }
    Form form = null;
    for (long at = 12; at + HEAD <= file.length; ) {
      String id = id(file, (int) at);
      long size = bytes.getInt((int) at + 4) & 0xFFFFFFFFL;
      long from = at + HEAD;
      if (id.equals("fmt ")) {
        if (size < 16 || from + size > file.length) {
          throw new IllegalArgumentException("has a format of " + size + " bytes, at byte " + at);
        }
        form = Form.read(bytes, (int) from, (int) size);
      } else if (id.equals("data")) {
        if (form == null) {
          throw new IllegalArgumentException("has samples before their format, at byte " + at);
        }
        if (from + size > file.length) {
          throw new IllegalArgumentException(
              "is cut off: its samples take "
                  + size
                  + " bytes, but "
                  + (file.length - from)
                  + " are there");
        }
        return new WaveSound(form.rate, form.samples(bytes, (int) from, (int) size));
      }
      at = from + size + (size & 1);
    }
    throw new IllegalArgumentException(
        form == null ? "has no format ('fmt ')" : "has no samples ('data')");
  }

  private static String id(byte[] file, int at) {
    return new String(file, at, 4, StandardCharsets.ISO_8859_1);
  }

  /** How samples are stored. */
  private record Form(int code, int channels, int rate, int bits) {

    static Form read(ByteBuffer bytes, int at, int size) {
      int code = bytes.getShort(at) & 0xFFFF;
      if (code == EXTENSIBLE && size >= 26) {
        code = bytes.getShort(at + 24) & 0xFFFF; // the first two bytes of its GUID
      }
      int channels = bytes.getShort(at + 2) & 0xFFFF;
      int rate = bytes.getInt(at + 4);
      int bits = bytes.getShort(at + 14) & 0xFFFF;
      boolean known =
          code == PCM
              ? bits == 8 || bits == 16 || bits == 24 || bits == 32
              : code == FLOAT && bits == 32;
      if (!known) {
        throw new IllegalArgumentException(
            "holds samples of format "
                + code
                + " with "
                + bits
                + " bits; PCM (1) of 8, 16, 24 or 32 bits and floats (3) of 32 are read");
      }
      if (channels < 1 || channels > MOST_CHANNELS) {
        throw new IllegalArgumentException("has " + channels + " channels; 1 or 2 are read");
      }
      if (rate < AudioRules.LOWEST_RATE || rate > AudioRules.HIGHEST_RATE) {
        throw new IllegalArgumentException(
            "has "
                + rate
                + " samples a second; "
                + AudioRules.LOWEST_RATE
                + " to "
                + AudioRules.HIGHEST_RATE
                + " are read");
      }
      return new Form(code, channels, rate, bits);
    }

    float[] samples(ByteBuffer bytes, int from, int size) {
      int each = bits / 8;
      int frame = each * channels;
      if (size % frame != 0 || size == 0) {
        throw new IllegalArgumentException(
            "has " + size + " bytes of samples, which are no samples of " + frame + " bytes");
      }
      float[] samples = new float[size / frame];
      for (int i = 0; i < samples.length; i++) {
        double sum = 0;
        for (int channel = 0; channel < channels; channel++) {
          sum += sample(bytes, from + i * frame + channel * each);
        }
        samples[i] = (float) (sum / channels);
        if (!Float.isFinite(samples[i])) {
          throw new IllegalArgumentException("sample " + i + " is " + samples[i]);
        }
      }
      return samples;
    }

    private double sample(ByteBuffer bytes, int at) {
      return switch (bits) {
        case 8 -> ((bytes.get(at) & 0xFF) - 128) / 128.0;
        case 16 -> bytes.getShort(at) / 32768.0;
        case 24 ->
            ((bytes.get(at) & 0xFF) | ((bytes.get(at + 1) & 0xFF) << 8) | (bytes.get(at + 2) << 16))
                / 8388608.0;
        default -> code == FLOAT ? bytes.getFloat(at) : bytes.getInt(at) / 2147483648.0;
      };
    }
  }
}
