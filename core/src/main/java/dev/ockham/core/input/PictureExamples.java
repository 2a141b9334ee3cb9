package dev.ockham.core.input;

import dev.ockham.core.data.LeftOutFiles;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.picture.Picture;
import dev.ockham.core.picture.PictureException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.picture.PictureFiles.Entry;
import dev.ockham.core.picture.PictureReader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pictures: a single one, or those of a folder or a zip archive in the order of their paths, one in
 * memory at a time. A pixel that lets the background through counts as background: black, or white
 * where pictures are inverted.
 */
public final class PictureExamples implements Examples {

  private final PictureFit fit;
  private final PictureReader reader = new PictureReader();
  private final PictureFiles files;
  private final List<Entry> entries;
  private int at;

  /** The one that comes next: read ahead, so that what is wrong with the first is said at once. */
  private @Nullable Picture ahead;

  private String name = "";
  private int bright;

  private PictureExamples(PictureFiles files, PictureFit fit) {
    this.files = files;
    this.fit = fit;
    this.entries = files.entries();
  }

  /** Takes over the files, and closes them. */
  static PictureExamples of(PictureFiles files, PictureFit fit) throws IOException {
    PictureExamples examples = new PictureExamples(files, fit);
    try {
      if (examples.entries.isEmpty()) {
        throw new MalformedDataException(
            files.place().toString(), MalformedDataException.WHOLE_FILE, "holds no pictures");
      }
      examples.readAhead();
      return examples;
    } catch (IOException | RuntimeException e) {
      examples.close();
      throw e;
    }
  }

  private void readAhead() throws IOException {
    if (at == entries.size()) {
      ahead = null;
      return;
    }
    String where = where();
    try {
      ahead =
          reader.read(
              where,
              files.read(entries.get(at)),
              fit.background(),
              (height, width) -> fit.requireFits(where, height, width));
    } catch (PictureException e) {
      throw MalformedDataException.of(e);
    }
  }

  private String where() {
    return files.where(entries.get(at));
  }

  @Override
  public String leftOut() {
    return LeftOutFiles.described(files.others(), "pictures");
  }

  @Override
  public long count() {
    return entries.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean next(float[] into, int from) throws IOException {
    Picture picture = ahead;
    if (picture == null) {
      return false;
    }
    fit.write(where(), picture, into, from);
    bright += picture.hasBrightGround() ? 1 : 0;
    name = entries.get(at).path();
    at++;
    readAhead();
    return true;
  }

  /** Says that most pictures are dark on bright, where the model was trained on the reverse. */
  @Override
  public String notice() {
    return fit.expectsDarkGround() && 2 * bright > at
        ? "%s of %s pictures have a bright ground; a model that learnt bright on dark, as MNIST is, needs --invert"
            .formatted(bright, at)
        : "";
  }

  @Override
  public void close() throws IOException {
    reader.close();
    files.close();
  }
}
