package dev.ockham.core.input;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.picture.Picture;
import dev.ockham.core.picture.PictureResize;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.data.PictureRules.Fit;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Shape;

/**
 * How a picture becomes the input of a model: values 0 to 255, channel by channel and row by row,
 * as the models are trained on. A model of one channel sees colours as their brightness; one of
 * three sees grey as three equal channels.
 *
 * @param input what the model takes. One channel or three: a picture of that height and width. A
 *     sequence: a grey picture, whose rows are the steps. A vector: any picture of so many pixels,
 *     in grey, or of a third as many, in colour
 * @param resize whether a picture of another size is scaled; a vector must then have the length of
 *     a square, or of the size that the rules give
 * @param invert whether dark becomes bright: drawings are mostly dark on bright, MNIST and its kin
 *     bright on dark
 * @param rules what the model's training pictures went through; where they give a size, pictures of
 *     any size are scaled as they were
 */
public record PictureFit(Shape input, boolean resize, boolean invert, PictureRules rules) {

  /** For a model that says nothing of its pictures: height and width are scaled by themselves. */
  private static final PictureRules UNKNOWN = new PictureRules(0, 0, Fit.STRETCH, 0, 0);

  private static final int MOST = 255;

  /** How pictures become the input of a model that says nothing of what it was trained on. */
  public PictureFit(Shape input, boolean resize, boolean invert) {
    this(input, resize, invert, UNKNOWN);
  }

  /**
   * How pictures become the input of a model.
   *
   * @param model what the model's file says of its data
   */
  public static PictureFit of(Shape input, boolean resize, boolean invert, DataRules model) {
    PictureRules rules = model.picture().orElse(UNKNOWN);
    return new PictureFit(input, resize || rules.resizes(), invert, rules);
  }

  /** Height, width and channels that a picture gets. */
  private record Size(int channels, int height, int width) {}

  /**
   * Whether a picture on a bright ground is likely to be meant the other way round: the model does
   * not say that it was trained on files of pictures, so it saw arrays of grey, as MNIST and its
   * kin are.
   */
  boolean expectsDarkGround() {
    boolean grey = input.rank() < 3 || input.dim(0) == 1;
    return grey && !invert && rules.equals(UNKNOWN);
  }

  /** What lies behind a picture that lets it through: what becomes dark. */
  int background() {
    return invert ? MOST : rules.background();
  }

  /** Refuses a picture of a size that does not fit. */
  void requireFits(String source, int height, int width) throws MalformedDataException {
    size(source, height, width);
  }

  /** Writes a picture that fits, in {@link #input}'s order. */
  void write(String source, Picture picture, float[] into, int at) throws MalformedDataException {
    Size size = size(source, picture.height(), picture.width());
    Picture shown =
        PictureResize.fitted(
            picture.withChannels(size.channels()), size.height(), size.width(), rules.fit());
    for (int i = 0; i < input.size(); i++) {
      into[at + i] = shown.pixels()[i] & 0xFF;
    }
    for (int i = at; invert && i < at + input.size(); i++) {
      into[i] = MOST - into[i];
    }
  }

  private Size size(String source, int height, int width) throws MalformedDataException {
    if (input.rank() == 1) {
      return sizeOfVector(source, height, width);
    }
    if (input.rank() == 2) {
      return requireSize(source, height, width, new Size(1, input.dim(0), input.dim(1)));
    }
    if (input.rank() != 3 || (input.dim(0) != 1 && input.dim(0) != Picture.COLOURS)) {
      throw wrong(
          source,
          "the model takes %s numbers (channels × height × width), a picture has one channel or"
                  .formatted(input)
              + " three");
    }
    return requireSize(source, height, width, new Size(input.dim(0), input.dim(1), input.dim(2)));
  }

  private Size requireSize(String source, int height, int width, Size wanted)
      throws MalformedDataException {
    if (!resize && (height != wanted.height() || width != wanted.width())) {
      throw wrong(
          source,
          sizes(height, width, wanted.height() + "×" + wanted.width()) + "; --resize scales it");
    }
    return wanted;
  }

  private Size sizeOfVector(String source, int height, int width) throws MalformedDataException {
    int channels = rules.channels();
    if ((long) channels * rules.height() * rules.width() == input.size()) {
      return new Size(channels, rules.height(), rules.width());
    }
    return sizeOfPlainVector(source, height, width);
  }

  private Size sizeOfPlainVector(String source, int height, int width)
      throws MalformedDataException {
    for (int channels : new int[] {1, Picture.COLOURS}) {
      if ((long) channels * height * width == input.size()) {
        return new Size(channels, height, width);
      }
    }
    String sizes = sizes(height, width, input.size() + " pixels");
    if (!resize) {
      throw wrong(source, sizes + "; --resize scales it");
    }
    for (int channels : new int[] {1, Picture.COLOURS}) {
      int side = (int) Math.round(Math.sqrt(input.size() / (double) channels));
      if (channels * side * side == input.size()) {
        return new Size(channels, side, side);
      }
    }
    throw wrong(source, sizes + ", which is no square to scale it to");
  }

  private static String sizes(int height, int width, String wanted) {
    return "the picture is %s×%s (height × width), the model takes %s"
        .formatted(height, width, wanted);
  }

  private static MalformedDataException wrong(String source, String fault) {
    return new MalformedDataException(source, MalformedDataException.WHOLE_FILE, fault);
  }
}
