package dev.ockham.report.watch;

import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.method.Method;
import dev.ockham.core.name.BareName;
import dev.ockham.core.run.MetricsTail;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunOwner;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.StopRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as one client has seen it so far. The files are the memory: of epochs nothing is kept here,
 * so that no client, however slow, makes this process larger or loses one.
 */
final class WatchedRun {

  private static final long NANOS_BETWEEN_LOOKS = 1_000_000_000;

  private final String key;
  private final String name;
  private final RunFolder folder;
  private final MetricsTail metrics;
  private Map<String, Object> told = Map.of();
  private Map<String, Object> recorded = Map.of();
  private @Nullable Object recordState;
  private RunRecord.@Nullable Status status;
  private String damaged = "";
  private long lookedAt = System.nanoTime() - NANOS_BETWEEN_LOOKS;

  WatchedRun(String key, String name, RunFolder folder) {
    this.key = key;
    this.name = name;
    this.folder = folder;
    this.metrics = new MetricsTail(folder);
  }

  /**
   * Sends what is new.
   *
   * @return whether there is more at once
   * @throws IOException if the client is gone; what is wrong with the run's files is sent instead
   */
  boolean poll(EventStream out) throws IOException {
    if (System.nanoTime() - lookedAt >= NANOS_BETWEEN_LOOKS) {
      lookedAt = System.nanoTime();
      describe(out);
    }
    MetricsTail.Reading reading;
    try {
      reading = metrics.next();
    } catch (IOException e) {
      damaged = String.valueOf(e.getMessage());
      return false;
    }
    if (!reading.damaged().isEmpty()) {
      damaged = reading.damaged().getLast();
    }
    if (reading.anew() || !reading.epochs().isEmpty()) {
      Map<String, Object> event = new LinkedHashMap<>();
      event.put("run", key);
      event.put("anew", reading.anew());
      event.put(
          "layers",
          reading.epochs().isEmpty()
              ? List.of()
              : LiveEpoch.layerNames(reading.epochs().getLast()));
      event.put("epochs", reading.epochs().stream().map(LiveEpoch::of).toList());
      out.send("epochs", event);
    }
    return reading.more();
  }

  /** Says what the run is and how far, where that has changed. */
  private void describe(EventStream out) throws IOException {
    readRecord();
    Map<String, Object> now = new LinkedHashMap<>(recorded);
    if (status == RunRecord.Status.RUNNING) {
      RunOwner.of(folder).ifPresent(owner -> now.put("alive", owner.isAlive()));
    }
    now.put("stopping", StopRequest.isMade(folder));
    if (!damaged.isEmpty()) {
      now.putIfAbsent("problem", damaged);
    }
    if (!now.equals(told)) {
      told = now;
      out.send("run", now);
    }
  }

  private void readRecord() {
    try {
      BasicFileAttributes file = Files.readAttributes(folder.record(), BasicFileAttributes.class);
      List<Object> state = List.of(file.lastModifiedTime(), file.size());
      if (!state.equals(recordState)) {
        recorded = described(RunRecord.read(folder));
        recordState = state;
      }
    } catch (IOException | RuntimeException e) {
      status = null;
      recordState = null;
      recorded = new LinkedHashMap<>(Map.of("run", key, "name", name));
      recorded.put("problem", String.valueOf(e.getMessage()));
    }
  }

  private Map<String, Object> described(RunRecord record) {
    status = record.status();
    Method method = record.spec().method().method();
    Map<String, Object> now = new LinkedHashMap<>();
    now.put("run", key);
    now.put("name", name);
    now.put("network", NetworkSource.title(record.spec().architecture()));
    now.put("method", record.spec().method().name());
    now.put("data", BareName.of(record.spec().data().name()));
    now.put("status", record.status().name().toLowerCase(Locale.ROOT));
    now.put("epochs", record.spec().training().epochs());
    now.put("prunes", method.prunes());
    now.put("hasKl", method.hasKl());
    now.put("score", method.score().label());
    now.put("threshold", record.spec().method().threshold());
    if (status == RunRecord.Status.FINISHED && record.outcome() != null) {
      now.put("kept", LiveEpoch.kept(record.outcome()));
    }
    return now;
  }
}
