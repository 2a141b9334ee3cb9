package dev.ockham.runtime.data;

/**
 * What becomes of pictures before a network sees them; models keep it, so that they take pictures
 * of any size by themselves.
 *
 * @param height rows that every picture gets; 0 for as it is
 * @param width columns that every picture gets; 0 for as it is
 * @param fit how a picture of other proportions becomes one of these
 * @param channels 1 for brightness, 3 for colour; 0 for what most of the pictures' files ask for
 * @param background what is behind pixels that let it through, 0 (black) to 255
 */
public record PictureRules(int height, int width, Fit fit, int channels, int background) {

  /** Pictures as they are, on black. */
  public static final PictureRules AS_THEY_ARE = new PictureRules(0, 0, Fit.CROP, 0, 0);

  /** The longest side that is made. */
  public static final int LONGEST_SIDE = 4096;

  private static final int COLOURS = 3;
  private static final int MOST = 255;

  /** How a picture of other proportions is brought to a size. */
  public enum Fit {
    /**
     * Scaled until it just covers the size, as {@code Resize} and {@code CenterCrop} of torchvision
     * do for squares; what reaches over is cut off at both sides alike.
     */
    CROP,
    /** Height and width are scaled each by its own factor; nothing is cut off. */
    STRETCH
  }

  /** Checks that the numbers are in range. */
  public PictureRules {
    if (height < 0 || height > LONGEST_SIDE || width < 0 || width > LONGEST_SIDE) {
      throw new IllegalArgumentException(
          "the size of pictures is %s×%s (height × width); a side is from 1 to %s"
              .formatted(height, width, LONGEST_SIDE));
    }
    if ((height == 0) != (width == 0)) {
      throw new IllegalArgumentException(
          "the size of pictures is %s×%s (height × width); give both or none"
              .formatted(height, width));
    }
    if (channels != 0 && channels != 1 && channels != COLOURS) {
      throw new IllegalArgumentException("pictures have 1 channel or 3, not " + channels);
    }
    if (background < 0 || background > MOST) {
      throw new IllegalArgumentException(
          "the background is " + background + "; it must be from 0 (black) to 255 (white)");
    }
  }

  /** Whether pictures of any size can be taken. */
  public boolean resizes() {
    return height > 0;
  }

  /** The same rules with another number of channels. */
  public PictureRules withChannels(int number) {
    return new PictureRules(height, width, fit, number, background);
  }

  /** The same rules for pictures of another size. */
  public PictureRules withSize(int newHeight, int newWidth) {
    return new PictureRules(newHeight, newWidth, fit, channels, background);
  }

  /** The same rules with another background. */
  public PictureRules withBackground(int grey) {
    return new PictureRules(height, width, fit, channels, grey);
  }
}
