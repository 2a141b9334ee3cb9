package dev.ockham.core.input;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.model.Shape;

/**
 * How a picture becomes the input of a model: grey values 0 to 255, row by row, as the models are
 * trained on.
 *
 * @param input what the model takes. One channel: a picture of that height and width. A vector: any
 *     picture of so many pixels
 * @param resize whether a picture of another size is scaled; a vector must then have the length of
 *     a square
 * @param invert whether dark becomes bright: drawings are mostly dark on bright, MNIST and its kin
 *     bright on dark
 */
public record PictureFit(Shape input, boolean resize, boolean invert) {

  /** Refuses a picture of a size that does not fit. */
  void requireFits(String source, int height, int width) throws MalformedDataException {
    if (!input.isFlat() && input.channels() != 1) {
      throw wrong(
          source,
          "the model takes %s numbers (channels × height × width), a grey picture has one channel"
              .formatted(input));
    }
    boolean fits =
        input.isFlat()
            ? (long) height * width == input.size()
            : height == input.height() && width == input.width();
    if (fits) {
      return;
    }
    String sizes =
        "the picture is %s×%s (height × width), the model takes %s"
            .formatted(height, width, wanted());
    if (!resize) {
      throw wrong(source, sizes + "; --resize scales it");
    }
    if (input.isFlat() && side() * side() != input.size()) {
      throw wrong(source, sizes + ", which is no square to scale it to");
    }
  }

  /** Writes a picture that fits, in {@link #input}'s order. */
  void write(GreyPicture picture, float[] into, int at) {
    GreyPicture sized = picture;
    if (picture.height() * picture.width() != input.size() || !input.isFlat()) {
      sized =
          input.isFlat()
              ? picture.scaled(side(), side())
              : picture.scaled(input.height(), input.width());
    }
    GreyPicture shown = invert ? sized.inverted() : sized;
    System.arraycopy(shown.values(), 0, into, at, input.size());
  }

  private String wanted() {
    return input.isFlat()
        ? input.size() + " pixels"
        : "%s×%s".formatted(input.height(), input.width());
  }

  private int side() {
    return (int) Math.round(Math.sqrt(input.size()));
  }

  private static MalformedDataException wrong(String source, String fault) {
    return new MalformedDataException(source, MalformedDataException.WHOLE_FILE, fault);
  }
}
