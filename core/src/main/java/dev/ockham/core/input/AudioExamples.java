package dev.ockham.core.input;

import dev.ockham.core.data.LeftOutFiles;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.picture.PictureException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.picture.PictureFiles.Entry;
import dev.ockham.core.sequence.AudioData;
import dev.ockham.runtime.data.AudioEncoder;
import dev.ockham.runtime.data.AudioRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** WAV files for a model that knows how sounds become numbers: one, or those of a folder or zip. */
public final class AudioExamples implements Examples {
  private static final String WAV = ".wav";

  private final PictureFiles files;
  private final List<Entry> entries;
  private final AudioEncoder encoder;
  private int at;

  private AudioExamples(PictureFiles files, AudioEncoder encoder) {
    this.files = files;
    this.entries = files.entries();
    this.encoder = encoder;
  }

  /**
   * Opens a file, a folder or an archive.
   *
   * @param rules the model's
   * @param size numbers that the model takes
   * @throws MalformedDataException if it holds no sounds
   * @throws IllegalArgumentException if the model takes another number of numbers
   */
  public static AudioExamples open(Path place, AudioRules rules, int size) throws IOException {
    AudioEncoder encoder = new AudioEncoder(rules);
    if (encoder.size() != size) {
      throw new IllegalArgumentException(
          "the model takes %s numbers, but its sounds have %s".formatted(size, encoder.size()));
    }
    boolean one =
        Files.isRegularFile(place) && !place.toString().toLowerCase(Locale.ROOT).endsWith(".zip");
    try {
      PictureFiles files =
          one
              ? PictureFiles.single(place)
              : PictureFiles.open(place, path -> path.toLowerCase(Locale.ROOT).endsWith(WAV));
      if (files.entries().isEmpty()) {
        files.close();
        throw new MalformedDataException(
            place.toString(), MalformedDataException.WHOLE_FILE, "holds no WAV files");
      }
      return new AudioExamples(files, encoder);
    } catch (PictureException e) {
      throw MalformedDataException.of(e);
    }
  }

  @Override
  public long count() {
    return entries.size();
  }

  @Override
  public String name() {
    return at == 0 ? "" : entries.get(at - 1).path();
  }

  @Override
  public String leftOut() {
    return LeftOutFiles.described(files.others(), "sounds");
  }

  @Override
  public boolean next(float[] into, int from) throws IOException {
    if (at == entries.size()) {
      return false;
    }
    Entry entry = entries.get(at);
    try {
      float[] example = encoder.encode(AudioData.sound(files.where(entry), files.read(entry)));
      System.arraycopy(example, 0, into, from, example.length);
    } catch (PictureException e) {
      throw MalformedDataException.of(e);
    }
    at++;
    return true;
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
