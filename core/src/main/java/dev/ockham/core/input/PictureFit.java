package dev.ockham.core.input;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.graph.Shape;

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
    if (input.rank() != 1 && (input.rank() != 3 || input.dim(0) != 1)) {
      throw wrong(
          source,
          "the model takes %s numbers (channels × height × width), a grey picture has one channel"
              .formatted(input));
    }
    boolean fits =
        input.rank() == 1
            ? (long) height * width == input.size()
            : height == input.dim(1) && width == input.dim(2);
    if (fits) {
      return;
    }
    String sizes =
        "the picture is %s×%s (height × width), the model takes %s"
            .formatted(height, width, wanted());
    if (!resize) {
      throw wrong(source, sizes + "; --resize scales it");
    }
    if (input.rank() == 1 && side() * side() != input.size()) {
      throw wrong(source, sizes + ", which is no square to scale it to");
    }
  }

  /** Writes a picture that fits, in {@link #input}'s order. */
  void write(GreyPicture picture, float[] into, int at) {
    GreyPicture sized = picture;
    if (picture.height() * picture.width() != input.size() || input.rank() != 1) {
      sized =
          input.rank() == 1
              ? picture.scaled(side(), side())
              : picture.scaled(input.dim(1), input.dim(2));
    }
    GreyPicture shown = invert ? sized.inverted() : sized;
    System.arraycopy(shown.values(), 0, into, at, input.size());
  }

  private String wanted() {
    return input.rank() == 1
        ? input.size() + " pixels"
        : "%s×%s".formatted(input.dim(1), input.dim(2));
  }

  private int side() {
    return (int) Math.round(Math.sqrt(input.size()));
  }

  private static MalformedDataException wrong(String source, String fault) {
    return new MalformedDataException(source, MalformedDataException.WHOLE_FILE, fault);
  }
}
