package dev.ockham.report.event;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.framework.Summary;
import org.tensorflow.hadoop.util.TFRecordReader;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog.SessionStatus;

/** Reads event files with TensorFlow's own classes, checksums included; none of it is ours. */
final class TensorFlowReader {

  private TensorFlowReader() {}

  /** What TensorBoard shows under a tag at a step. */
  record Point(String tag, long step, Summary.Value value) {}

  /** The event files of a folder, in the order in which TensorBoard reads them. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.getFileName().toString().contains("tfevents")).sorted().toList();
    }
  }

  /** The events of a file; a record whose checksums are wrong is an IOException. */
  static List<Event> events(Path file) throws IOException {
    TFRecordReader reader =
        new TFRecordReader(new ByteArrayInputStream(Files.readAllBytes(file)), true);
    List<Event> events = new ArrayList<>();
    for (byte[] record = reader.read(); record != null; record = reader.read()) {
      events.add(Event.parseFrom(record));
    }
    return events;
  }

  /**
   * What is left to show of a folder after TensorBoard's rule for restarts: at an event that says
   * START, in a file of version 2 or later, whatever has this step or a later one is forgotten.
   */
  static List<Point> shown(Path folder) throws IOException {
    List<Point> points = new ArrayList<>();
    for (Path file : files(folder)) {
      double version = 0;
      for (Event event : events(file)) {
        switch (event.getWhatCase()) {
          case FILE_VERSION ->
              version = Double.parseDouble(event.getFileVersion().replace("brain.Event:", ""));
          case SESSION_LOG -> {
            if (version >= 2 && event.getSessionLog().getStatus() == SessionStatus.START) {
              points.removeIf(point -> point.step() >= event.getStep());
            }
          }
          case SUMMARY ->
              event
                  .getSummary()
                  .getValueList()
                  .forEach(v -> points.add(new Point(v.getTag(), event.getStep(), v)));
          default -> throw new IOException("unexpected event: " + event);
        }
      }
    }
    return points;
  }
}
