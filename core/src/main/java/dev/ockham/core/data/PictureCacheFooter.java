package dev.ockham.core.data;

import dev.ockham.core.data.ClassFolders.Splits;
import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a file of decoded pictures says behind its pixels, as JSON.
 *
 * @param state of the source when it was read, {@link SourceState}
 * @param classNames names of the classes
 * @param channels of every picture
 * @param height of every picture
 * @param width of every picture
 * @param labels one byte for each picture, those of the test part last, in base 64
 * @param trained how many pictures are not of the test part
 * @param testGiven whether the test part came as such
 * @param contentHash {@link Dataset#contentHash()}
 * @param notices what people are to know about the source
 */
record PictureCacheFooter(
    String state,
    List<String> classNames,
    int channels,
    int height,
    int width,
    String labels,
    int trained,
    boolean testGiven,
    String contentHash,
    List<String> notices) {

  /** Says that a file is whole, and in which form; another form has another number. */
  static final long MAGIC = 0x4F434B5049583032L;

  private static final JsonMapper JSON = DecodedFolder.WHOLE;

  static PictureCacheFooter of(
      String state, Splits splits, String contentHash, List<String> notices) {
    Images train = splits.train();
    Images test = splits.test();
    byte[] labels = new byte[train.count() + test.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i < train.count() ? train.label(i) : test.label(i - train.count()));
    }
    return new PictureCacheFooter(
        state,
        splits.classNames(),
        train.channels(),
        train.height(),
        train.width(),
        Base64.getEncoder().encodeToString(labels),
        train.count(),
        splits.testGiven(),
        contentHash,
        notices);
  }

  /** Bytes before the footer. */
  long pixels() {
    return (long) channels * height * width * Base64.getDecoder().decode(labels).length;
  }

  /** Both parts over pixels. */
  Splits splits(MemorySegment pixels) {
    return Splits.of(
        new PictureLoading.Pixels(Shape.of(channels, height, width), pixels),
        Base64.getDecoder().decode(labels),
        trained,
        classNames,
        testGiven);
  }

  /** The footer as text. */
  String json() {
    return JSON.writeValueAsString(this);
  }

  /** The footer that a file has; nothing where it is not one of these. */
  static Optional<PictureCacheFooter> parse(DecodedFolder.Footer found) {
    try {
      PictureCacheFooter footer = JSON.readValue(found.text(), PictureCacheFooter.class);
      return footer.pixels() == found.numbers() ? Optional.of(footer) : Optional.empty();
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
