package dev.ockham.core.input;

import dev.ockham.core.data.IdxImageStream;
import dev.ockham.core.picture.Picture;
import java.io.IOException;
import java.nio.file.Path;

/** The images of an IDX file. */
public final class IdxExamples implements Examples {

  private final String file;
  private final IdxImageStream images;
  private final PictureFit fit;
  private final byte[] bytes;

  private IdxExamples(String file, IdxImageStream images, PictureFit fit) {
    this.file = file;
    this.images = images;
    this.fit = fit;
    this.bytes = new byte[images.height() * images.width()];
  }

  static IdxExamples open(Path file, PictureFit fit) throws IOException {
    IdxImageStream images = IdxImageStream.open(file);
    try {
      fit.requireFits(file.toString(), images.height(), images.width());
      return new IdxExamples(file.toString(), images, fit);
    } catch (IOException | RuntimeException e) {
      images.close();
      throw e;
    }
  }

  @Override
  public long count() {
    return images.count();
  }

  @Override
  public boolean next(float[] into, int at) throws IOException {
    if (!images.next(bytes)) {
      return false;
    }
    fit.write(file, new Picture(1, images.height(), images.width(), bytes), into, at);
    return true;
  }

  @Override
  public void close() throws IOException {
    images.close();
  }
}
