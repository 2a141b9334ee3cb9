package dev.ockham.core.data;

import dev.ockham.core.data.DatasetEntry.Bundled;
import dev.ockham.core.data.DatasetEntry.Cifar;
import dev.ockham.core.data.DatasetEntry.Published;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data sets that {@code --data} takes by name.
 *
 * @param entries in the order they are listed
 */
public record DatasetCatalog(List<DatasetEntry> entries) {
  private static final DatasetEntry MNIST =
      new DatasetEntry(
          "mnist",
          "handwritten digits",
          "CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
          List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
          60_000,
          10_000,
          28,
          28,
          "b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a",
          new Published(
              List.of(URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/")),
              Map.of(
                  IdxPart.TRAIN_IMAGES, "6bbc9ace898e44ae57da46a324031adb",
                  IdxPart.TRAIN_LABELS, "a25bea736e30d166cdddb491f175f624",
                  IdxPart.TEST_IMAGES, "2646ac647ad5339dbf082846283269ea",
                  IdxPart.TEST_LABELS, "27ae3e4e09519cfbb04c329615203637"),
              Optional.empty()));

  private static final List<String> FASHION_CLASSES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final DatasetEntry FASHION_MNIST =
      new DatasetEntry(
          "fashion-mnist",
          "pictures of clothes",
          "MIT, Zalando SE",
          FASHION_CLASSES,
          60_000,
          10_000,
          28,
          28,
          "14410854cf7a289477dcfc7df3f8ec24741e281cdcc425ede0d9a748ca630214",
          new Published(
              List.of(
                  URI.create(
                      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/")),
              Map.of(
                  IdxPart.TRAIN_IMAGES, "f4a8712d7a061bf5bd6d2ca38dc4d50a",
                  IdxPart.TRAIN_LABELS, "9018921c3c673c538a1fc5bad174d6f9",
                  IdxPart.TEST_IMAGES, "8181f5470baa50b63fa0f6fddb340f0a",
                  IdxPart.TEST_LABELS, "15d484375f8d13e6eb1aabb0c3f46965"),
              Optional.of("dataset-fashion-mnist")));

  private static final DatasetEntry FASHION_MNIST_MINI =
      new DatasetEntry(
          "fashion-mnist-mini",
          "the first 1,000 training and 200 test images of each class of fashion-mnist; in the jar",
          "MIT, Zalando SE",
          FASHION_CLASSES,
          10_000,
          2_000,
          28,
          28,
          "dc0289273c8bbcf299620bc123dadb811b6f04ead83d54641d1196c9bef7c4da",
          new Bundled("fashion-mnist-mini"));

  private static final String CIFAR_LICENCE = "none stated; for research, cite Krizhevsky 2009";

  private static final DatasetEntry CIFAR_10 =
      new DatasetEntry(
          "cifar-10",
          "photographs of ten kinds of things",
          CIFAR_LICENCE,
          List.of(
              "airplane",
              "automobile",
              "bird",
              "cat",
              "deer",
              "dog",
              "frog",
              "horse",
              "ship",
              "truck"),
          50_000,
          10_000,
          32,
          32,
          "a3ea17756f502d47f43d757060ddf957da251c7cf10929e2a2e46ffcd8dfe913",
          new Cifar(
              URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
              "c32a1d4ab5d03f1284b67883e8d87530",
              1,
              List.of(
                  "data_batch_1.bin",
                  "data_batch_2.bin",
                  "data_batch_3.bin",
                  "data_batch_4.bin",
                  "data_batch_5.bin"),
              "test_batch.bin",
              "batches.meta.txt"));

  private static final String CIFAR_100_CLASSES =
      "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy "
          + "bridge bus butterfly camel can castle caterpillar cattle chair chimpanzee clock "
          + "cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish "
          + "forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion "
          + "lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange "
          + "orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine "
          + "possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper "
          + "snail snake spider squirrel streetcar sunflower sweet_pepper table tank "
          + "telephone television tiger tractor train trout tulip turtle wardrobe whale "
          + "willow_tree wolf woman worm";

  private static final DatasetEntry CIFAR_100 =
      new DatasetEntry(
          "cifar-100",
          "photographs of a hundred kinds of things",
          CIFAR_LICENCE,
          List.of(CIFAR_100_CLASSES.split(" ", -1)),
          50_000,
          10_000,
          32,
          32,
          "",
          new Cifar(
              URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
              "03b5dce01913d631647c71ecec9e9cb8",
              2,
              List.of("train.bin"),
              "test.bin",
              "fine_label_names.txt"));

  private static final DatasetCatalog STANDARD =
      new DatasetCatalog(List.of(MNIST, FASHION_MNIST, FASHION_MNIST_MINI, CIFAR_10, CIFAR_100));

  /** Copies the list. */
  public DatasetCatalog {
    entries = List.copyOf(entries);
  }

  /** The data sets that this version of Ockham knows. */
  public static DatasetCatalog standard() {
    return STANDARD;
  }

  /** The entry of that name. */
  public Optional<DatasetEntry> named(String name) {
    return entries.stream().filter(e -> e.name().equals(name)).findFirst();
  }

  /** The entry that has exactly these contents. */
  public Optional<DatasetEntry> withContents(String contentHash) {
    return entries.stream()
        .filter(e -> !e.contentHash().isEmpty() && e.contentHash().equals(contentHash))
        .findFirst();
  }

  /** All names, in order. */
  public List<String> names() {
    return entries.stream().map(DatasetEntry::name).toList();
  }
}
