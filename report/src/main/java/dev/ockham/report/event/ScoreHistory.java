package dev.ockham.report.event;

import dev.ockham.core.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the scores of a run's weights, such as log α, were distributed from epoch to epoch, read from
 * its event files while they grow. However long the run, at most {@value #MOST_EPOCHS} epochs are
 * kept, evenly spaced, and the last one.
 */
public final class ScoreHistory {

  private static final int MOST_EPOCHS = 160;

  private final RunFolder folder;
  private final Map<Path, Long> read = new LinkedHashMap<>();
  private final List<ScoreEvent> epochs = new ArrayList<>();
  private int stride = 1;

  /** The history of a run, which may not have begun. */
  public ScoreHistory(RunFolder folder) {
    this.folder = folder;
  }

  /**
   * The scores of one layer.
   *
   * @param name the layer
   * @param epochs the epochs that are kept, growing
   * @param lowest lower edge of the first bucket; buckets are half a unit wide
   * @param counts weights with a finite score, of each epoch in each bucket
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Layer(String name, List<Integer> epochs, double lowest, List<long[]> counts) {}

  /**
   * Reads what was written since the last call, and gives all layers.
   *
   * @return each layer with scores, in the network's order; empty where no event file has any
   * @throws IOException if the run's files cannot be read
   */
  public synchronized List<Layer> layers() throws IOException {
    try {
      update();
    } catch (NoSuchFileException e) {
      forget();
    }
    Set<String> names = new HashSet<>();
    List<Layer> layers = new ArrayList<>();
    for (ScoreEvent each : epochs) {
      for (String name : each.layers().keySet()) {
        if (names.add(name)) {
          layers.add(layer(name));
        }
      }
    }
    return layers;
  }

  private void forget() {
    read.clear();
    epochs.clear();
    stride = 1;
  }

  private void update() throws IOException {
    List<EventFile> files = EventFile.all(folder);
    boolean replaced = !files.stream().map(EventFile::path).toList().containsAll(read.keySet());
    for (Map.Entry<Path, Long> file : read.entrySet()) {
      replaced |= !replaced && Files.size(file.getKey()) < file.getValue();
    }
    if (replaced) {
      forget();
    }
    for (EventFile file : files) {
      long end = file.read(read.getOrDefault(file.path(), 0L), this::add);
      read.put(file.path(), end);
    }
  }

  private void add(byte[] record) {
    ScoreEvent event;
    try {
      event = ScoreEvent.of(record);
    } catch (IOException e) {
      return; // Its checksum held, so somebody else wrote it.
    }
    if (event.starts()) {
      epochs.removeIf(each -> each.step() >= event.step());
    }
    if (event.epoch() > 0 && !event.layers().isEmpty()) {
      if (!epochs.isEmpty() && !isKept(epochs.getLast())) {
        epochs.removeLast();
      }
      epochs.add(event);
      if (epochs.size() > MOST_EPOCHS) {
        stride *= 2;
        epochs.removeIf(each -> each.epoch() != event.epoch() && !isKept(each));
      }
    }
  }

  private boolean isKept(ScoreEvent event) {
    return (event.epoch() - 1) % stride == 0;
  }

  private Layer layer(String name) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (ScoreEvent each : epochs) {
      ScoreEvent.Buckets buckets = each.layers().get(name);
      if (buckets != null) {
        low = Math.min(low, buckets.first());
        high = Math.max(high, buckets.first() + Histogram.WIDTH * buckets.counts().length);
      }
    }
    List<Integer> numbers = new ArrayList<>();
    List<long[]> counts = new ArrayList<>();
    for (ScoreEvent each : epochs) {
      ScoreEvent.Buckets buckets = each.layers().get(name);
      if (buckets != null) {
        long[] placed = new long[(int) Math.round((high - low) / Histogram.WIDTH)];
        int from = (int) Math.round((buckets.first() - low) / Histogram.WIDTH);
        for (int i = 0; i < buckets.counts().length; i++) {
          placed[from + i] = (long) buckets.counts()[i];
        }
        numbers.add(each.epoch());
        counts.add(placed);
      }
    }
    return new Layer(name, numbers, low, counts);
  }
}
