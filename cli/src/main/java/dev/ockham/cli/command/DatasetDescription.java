package dev.ockham.cli.command;

import dev.ockham.cli.console.Terminal;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.PixelStatistics;
import dev.ockham.core.target.ClassLabels;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What is in a data set that was read. */
final class DatasetDescription {

  private DatasetDescription() {}

  /** For programs. */
  static Map<String, Object> toMap(Dataset data) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", data.name());
    map.put("origin", data.origin());
    map.put("sha256", data.contentHash());
    map.put("train", data.train().count());
    map.put("test", data.test().count());
    map.put("test_given", data.testGiven());
    map.put("shape", data.train().shape().dims());
    List<Map<String, Object>> classes = new ArrayList<>();
    int[] train = counts(data.train(), data.outputs());
    int[] test = counts(data.test(), data.outputs());
    for (int label = 0; label < train.length; label++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", className(data, label));
      row.put("train", train[label]);
      row.put("test", test[label]);
      classes.add(row);
    }
    map.put("classes", classes);
    data.rules().table().ifPresent(table -> map.put("columns", TableDescription.toList(table)));
    map.put("labels", data.rules().labels());
    map.put("numbers", data.rules().numbers());
    List<Double> mean = new ArrayList<>();
    List<Double> deviation = new ArrayList<>();
    for (PixelStatistics channel : channels(data)) {
      mean.add(channel.mean() / PixelStatistics.BRIGHTEST);
      deviation.add(channel.standardDeviation() / PixelStatistics.BRIGHTEST);
    }
    map.put("mean", mean);
    map.put("deviation", deviation);
    return map;
  }

  /** For people. */
  static void say(Dataset data, PrintWriter out) {
    out.printf(
        "%s: %s%n%s train, %s test%s, of %s (%s)%nsha256 %s%n",
        data.name(),
        data.origin(),
        data.train().count(),
        data.test().count(),
        data.testGiven() ? "" : " (held out: there is no test part)",
        data.train().shape(),
        data.train().shape().rank() == 3 ? "channels × height × width" : "numbers",
        data.contentHash());
    data.rules().table().ifPresent(table -> TableDescription.say(table, data, out));
    int[] train = counts(data.train(), data.outputs());
    int[] test = counts(data.test(), data.outputs());
    for (int label = 0; label < train.length; label++) {
      out.printf("  %-20s %s train, %s test%n", className(data, label), train[label], test[label]);
    }
    List<PixelStatistics> channels = channels(data);
    for (int i = 0; i < channels.size(); i++) {
      out.printf(
          Locale.ROOT,
          "channel %d: mean %.4f, deviation %.4f of the brightest, over the training part%n",
          i,
          channels.get(i).mean() / PixelStatistics.BRIGHTEST,
          channels.get(i).standardDeviation() / PixelStatistics.BRIGHTEST);
    }
  }

  private static String className(Dataset data, int label) {
    return data.classNames().isEmpty()
        ? Integer.toString(label)
        : Terminal.word(data.classNames().get(label));
  }

  private static int[] counts(Examples examples, int classes) {
    int[] counts = new int[examples.targets() instanceof ClassLabels ? classes : 0];
    for (int i = 0; i < examples.count() && counts.length > 0; i++) {
      counts[examples.label(i)]++;
    }
    return counts;
  }

  private static List<PixelStatistics> channels(Dataset data) {
    return data.train() instanceof Images images
        ? PixelStatistics.ofChannels(images, IntStream.range(0, images.count()).toArray())
        : List.of();
  }
}
