package dev.ockham.report.page;

import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import java.io.IOException;

/**
 * The first layer of a run in one picture, as of its last checkpoint: the units that most is left
 * of, with the weights that stay at the threshold.
 *
 * @param png the picture; 0 is transparent, orange positive, blue negative
 * @param caption what is to be seen
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record FirstLayer(byte[] png, String caption) {

  /**
   * Draws the first layer of a run.
   *
   * @throws IOException if there is no checkpoint yet, or it cannot be read
   */
  public static FirstLayer of(RunFolder folder) throws IOException {
    Snapshot snapshot = Snapshot.read(folder);
    Mask left = snapshot.masksAt(snapshot.threshold()).getFirst();
    FirstLayerPictures first = FirstLayerPictures.of(snapshot);
    return new FirstLayer(first.picture(left).png(), first.caption());
  }
}
