package dev.ockham.core.augment;

import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.target.NoTargets;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Examples as training sees them in an epoch, in raw values. Not for several threads. */
public final class ChangedExamples {
  private final InputScaling scaling;
  private final MemorySegment room;

  /** Made for the size of the pictures that come first. */
  private @Nullable Augmenter augmenter;

  /**
   * Prepares changes of some examples at a time.
   *
   * @param scaling whose mean a cut-out square gets
   * @param room where pictures go, a byte for each number; nothing where there are none
   */
  public ChangedExamples(InputScaling scaling, MemorySegment room) {
    this.scaling = scaling;
    this.room = room;
  }

  /**
   * Examples in memory of their own.
   *
   * @param which indices into {@code from}
   * @throws IllegalArgumentException if they are no pictures, and more than mixing is asked for
   */
  public static Examples of(
      Examples from, int[] which, AugmentedEpoch epoch, InputScaling scaling) {
    long size = from instanceof Images ? (long) which.length * from.shape().size() : 0;
    MemorySegment room = MemorySegment.ofArray(new byte[Math.toIntExact(size)]);
    Mixup.Pairs pairs = epoch.mixup() == null ? null : epoch.mixup().pairs(which);
    return new ChangedExamples(scaling, room).changed(from, which, epoch, pairs);
  }

  /**
   * Changes examples. Pictures share the room, until the next ones are changed.
   *
   * @param which indices into {@code from}
   * @param pairs what they are mixed with; null for nothing
   * @throws IllegalArgumentException if they are no pictures, and more than mixing is asked for
   */
  public Examples changed(
      Examples from, int[] which, AugmentedEpoch epoch, Mixup.@Nullable Pairs pairs) {
    return switch (from) {
      case Images images -> {
        byte[] others =
            pairs == null
                ? new byte[0]
                : pictures(images, pairs.partners(), epoch).pixels().toArray(ValueLayout.JAVA_BYTE);
        Images own = pictures(images, which, epoch);
        if (pairs != null) {
          mix(others, images.shape().size(), pairs.shares());
        }
        yield own;
      }
      case Features floats -> {
        if (pairs == null || !epoch.changes().keepsEach()) {
          throw new IllegalArgumentException("only pictures can be changed, not " + from);
        }
        yield mixed(floats, which, pairs);
      }
    };
  }

  /** Examples with their shares of others. */
  private static Features mixed(Features from, int[] which, Mixup.Pairs pairs) {
    int size = from.shape().size();
    float[] all = new float[Math.multiplyExact(which.length, size)];
    for (int i = 0; i < which.length; i++) {
      float[] own = from.values(which[i]);
      float[] other = from.values(pairs.partners()[i]);
      float share = pairs.shares()[i];
      for (int k = 0; k < size; k++) {
        all[i * size + k] = share * own[k] + (1 - share) * other[k];
      }
    }
    return Features.of(from.shape(), MemorySegment.ofArray(all), new NoTargets(which.length));
  }

  /** Mixes the changed pictures with others, rounded to whole numbers as pixels are. */
  private void mix(byte[] others, int size, float[] shares) {
    for (int i = 0; i < others.length; i++) {
      float share = shares[i / size];
      int own = room.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
      float mixed = share * own + (1 - share) * (others[i] & 0xFF);
      room.set(ValueLayout.JAVA_BYTE, i, (byte) Math.round(mixed));
    }
  }

  private Images pictures(Images images, int[] which, AugmentedEpoch epoch) {
    Augmenter changing = augmenter;
    if (changing == null) {
      changing = new Augmenter(images.channels(), images.height(), images.width(), mean(images));
      augmenter = changing;
    }
    changing.begin(epoch);
    long size = images.shape().size();
    for (int i = 0; i < which.length; i++) {
      changing.write(images.pixels(), which[i] * size, which[i], room, i * size);
    }
    return Images.of(
        images.channels(),
        images.height(),
        images.width(),
        room.asSlice(0, which.length * size),
        new NoTargets(which.length));
  }

  /** The mean that inputs are scaled by, of each channel, as a pixel. */
  private byte[] mean(Images images) {
    byte[] means = new byte[images.channels()];
    InputScaling each = scaling.over(images.shape().size());
    int plane = images.height() * images.width();
    for (int channel = 0; channel < means.length; channel++) {
      means[channel] = (byte) Math.clamp(Math.round(each.mean()[channel * plane]), 0, 255);
    }
    return means;
  }
}
