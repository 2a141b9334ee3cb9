package dev.ockham.runtime.data;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns sounds into the numbers that a model takes, by the rules that its file keeps: of each frame
 * the power spectrum under a Hann window, summed up in triangular mel bands, the logarithm of that,
 * and, where the rules say so, its cosine coefficients. Threads may share it.
 *
 * <p>With N samples in a frame and zeros behind them up to a power of two: w[n] = ½ − ½cos(2πn/N);
 * mel(f) = 1127 ln(1 + f/700); a band rises from the middle of the one before to its own and falls
 * to the middle of the next, linearly in Hz, its top 1; log is the natural one of at least 10⁻⁶; cₖ
 * = sₖ Σ log(m_b) cos(πk(2b + 1)/(2B)), s₀ = √(1/B), sₖ = √(2/B).
 *
 * <pre>{@code
 * AudioEncoder encoder = new AudioEncoder(file.rules().audio().orElseThrow());
 * float[] example = encoder.encode(WaveSound.read(Files.readAllBytes(path)));
 * }</pre>
 */
public final class AudioEncoder {
  private static final double LEAST_POWER = 1e-6;

  private final AudioRules rules;
  private final double[] window;
  private final PowerSpectrum spectrum;
  private final double[][] bands;
  private final int[] firstBins;
  private final double[][] cosines;
  private final Map<Integer, Resampling> resamplings = new ConcurrentHashMap<>();

  /** An encoder of some rules. */
  public AudioEncoder(AudioRules rules) {
    this.rules = rules;
    window = new double[rules.window()];
    for (int n = 0; n < window.length; n++) {
      window[n] = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * n / window.length);
    }
    spectrum = new PowerSpectrum(rules.window());
    bands = new double[rules.bands()][];
    firstBins = new int[rules.bands()];
    makeBands();
    cosines = new double[rules.coefficients()][rules.bands()];
    for (int k = 0; k < cosines.length; k++) {
      double scale = Math.sqrt((k == 0 ? 1.0 : 2.0) / rules.bands());
      for (int b = 0; b < rules.bands(); b++) {
        cosines[k][b] = scale * StrictMath.cos(Math.PI * k * (2 * b + 1) / (2.0 * rules.bands()));
      }
    }
  }

  private void makeBands() {
    double low = mel(rules.low());
    double step = (mel(rules.high()) - low) / (rules.bands() + 1);
    double perBin = (double) rules.rate() / spectrum.size();
    for (int b = 0; b < bands.length; b++) {
      double left = hertz(low + b * step);
      double middle = hertz(low + (b + 1) * step);
      double right = hertz(low + (b + 2) * step);
      int first = (int) Math.ceil(left / perBin);
      int last = Math.min((int) Math.floor(right / perBin), spectrum.size() / 2);
      firstBins[b] = first;
      bands[b] = new double[Math.max(0, last - first + 1)];
      for (int i = 0; i < bands[b].length; i++) {
        double f = (first + i) * perBin;
        bands[b][i] =
            Math.max(0, Math.min((f - left) / (middle - left), (right - f) / (right - middle)));
      }
    }
  }

  private static double mel(double hertz) {
    return 1127 * StrictMath.log(1 + hertz / 700);
  }

  private static double hertz(double mel) {
    return 700 * (StrictMath.exp(mel / 1127) - 1);
  }

  /** The rules that it follows. */
  public AudioRules rules() {
    return rules;
  }

  /** How many numbers an example has. */
  public int size() {
    return rules.frames() * rules.width();
  }

  /**
   * A sound as an example: brought to the rules' rate, cut off or filled up with zeros.
   *
   * @return {@code [frames, width]}; the caller owns it
   */
  public float[] encode(WaveSound sound) {
    float[] samples =
        sound.rate() == rules.rate()
            ? sound.samples()
            : resamplings
                .computeIfAbsent(sound.rate(), rate -> new Resampling(rate, rules.rate()))
                .of(sound.samples(), rules.samples());
    samples = Arrays.copyOf(samples, rules.samples());
    float[] example = new float[size()];
    double[] frame = new double[rules.window()];
    double[] logs = new double[rules.bands()];
    double[] work = spectrum.room();
    for (int f = 0; f < rules.frames(); f++) {
      for (int n = 0; n < frame.length; n++) {
        frame[n] = samples[f * rules.hop() + n] * window[n];
      }
      logs(spectrum.of(frame, work), logs);
      write(logs, example, f * rules.width());
    }
    return example;
  }

  private void logs(double[] power, double[] into) {
    for (int b = 0; b < into.length; b++) {
      double sum = 0;
      for (int i = 0; i < bands[b].length; i++) {
        sum += bands[b][i] * power[firstBins[b] + i];
      }
      into[b] = StrictMath.log(Math.max(sum, LEAST_POWER));
    }
  }

  private void write(double[] logs, float[] example, int at) {
    if (cosines.length == 0) {
      for (int b = 0; b < logs.length; b++) {
        example[at + b] = (float) logs[b];
      }
      return;
    }
    for (int k = 0; k < cosines.length; k++) {
      double sum = 0;
      for (int b = 0; b < logs.length; b++) {
        sum += cosines[k][b] * logs[b];
      }
      example[at + k] = (float) sum;
    }
  }
}
