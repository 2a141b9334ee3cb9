package dev.ockham.core.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the bundled fashion-mnist-mini from the full Fashion-MNIST. The rule: walk through a split
 * in its published order and keep an image while fewer than 1,000 (training) or 200 (test) of its
 * class have been kept. Nothing is chosen, so anyone can make the same set again, and the order
 * stays mixed.
 */
final class FashionMnistMiniMaker {
  static final int TRAIN_PER_CLASS = 1_000;
  static final int TEST_PER_CLASS = 200;

  private FashionMnistMiniMaker() {}

  /** Arguments: the folder of the full data set, the folder to write to. */
  static void main(String[] arguments) throws IOException {
    Path full = Path.of(arguments[0]);
    Path target = Files.createDirectories(Path.of(arguments[1]));
    IdxFolder.Splits splits = IdxFolder.of(full).read(Optional.empty());
    Images train = firstOfEachClass(splits.train(), TRAIN_PER_CLASS);
    Images test = firstOfEachClass(splits.test(), TEST_PER_CLASS);
    write(target, train, IdxPart.TRAIN_IMAGES, IdxPart.TRAIN_LABELS);
    write(target, test, IdxPart.TEST_IMAGES, IdxPart.TEST_LABELS);
    System.out.println(ContentHash.of(train, test));
  }

  static Images firstOfEachClass(Images images, int perClass) {
    int[] kept = new int[images.maxLabel() + 1];
    return images.select(
        IntStream.range(0, images.count())
            .filter(i -> kept[images.label(i)]++ < perClass)
            .toArray());
  }

  private static void write(Path folder, Images images, IdxPart pixels, IdxPart labels)
      throws IOException {
    try (OutputStream out = gzip(folder.resolve(pixels.publishedName()))) {
      IdxFile.writeImages(images, out);
    }
    try (OutputStream out = gzip(folder.resolve(labels.publishedName()))) {
      IdxFile.writeLabels(images, out);
    }
  }

  private static OutputStream gzip(Path file) throws IOException {
    return new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), 1 << 16) {
      {
        def.setLevel(Deflater.BEST_COMPRESSION);
      }
    };
  }
}
