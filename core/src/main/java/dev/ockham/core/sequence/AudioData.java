package dev.ockham.core.sequence;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.data.AudioEncoder;
import dev.ockham.runtime.data.AudioRules;
import dev.ockham.runtime.data.WaveSound;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * Sounds as a data set: {@code .wav} files in class folders. An example is {@code [1, frames,
 * width]}, as a grey picture that {@link AudioRules} say how to make.
 */
public final class AudioData {
  private static final String WAV = ".wav";

  private AudioData() {}

  /**
   * Reads class folders of sounds.
   *
   * @param place a folder or a zip archive
   * @throws MalformedDataException naming the file that is wrong, and its value
   */
  public static Dataset read(String name, Path place, AudioRules rules, DownloadListener listener)
      throws IOException {
    AudioEncoder encoder = new AudioEncoder(rules);
    try (LabelledFiles files = LabelledFiles.open(place, WAV, "sounds", listener)) {
      return Dataset.of(
              name,
              files.classes().size(),
              DataRules.ofClasses(files.classes()).withAudio(rules),
              examples(place, encoder, files, files.train()),
              examples(place, encoder, files, files.test()),
              place.toString())
          .withTestGiven(files.testGiven());
    }
  }

  private static Features examples(
      Path place, AudioEncoder encoder, LabelledFiles files, List<LabelledFiles.Item> items)
      throws IOException {
    int size = encoder.size();
    long numbers = (long) items.size() * size;
    if (numbers > Integer.MAX_VALUE - 8
        || numbers * Float.BYTES > Runtime.getRuntime().maxMemory() / 2) {
      throw new MalformedDataException(
          place.toString(),
          MalformedDataException.WHOLE_FILE,
          "has %s sounds of %s numbers, which do not fit into memory"
              .formatted(items.size(), size));
    }
    float[] values = new float[(int) numbers];
    for (int i = 0; i < items.size(); i++) {
      WaveSound sound = sound(files.where(items.get(i)), files.read(items.get(i)));
      System.arraycopy(encoder.encode(sound), 0, values, i * size, size);
    }
    AudioRules rules = encoder.rules();
    return Features.of(
        Shape.of(1, rules.frames(), rules.width()),
        MemorySegment.ofArray(values),
        LabelledFiles.targets(items));
  }

  /**
   * The sound of a WAV file's bytes.
   *
   * @param name what messages call the file
   * @throws MalformedDataException if they are none that is read
   */
  public static WaveSound sound(String name, byte[] bytes) throws MalformedDataException {
    try {
      return WaveSound.read(bytes);
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException(
          name, MalformedDataException.WHOLE_FILE, String.valueOf(e.getMessage()), e);
    }
  }
}
