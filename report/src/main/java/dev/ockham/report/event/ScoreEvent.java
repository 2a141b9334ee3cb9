package dev.ockham.report.event;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an event says of scores: the histogram of each layer. Everything else in it is passed over.
 *
 * @param step optimiser steps since the run began
 * @param starts whether training begins here, so that earlier events of this step or later no
 *     longer hold
 * @param epoch number of the epoch; 0 where the event is of none
 * @param layers the histogram of each layer, by its name
 */
record ScoreEvent(long step, boolean starts, int epoch, Map<String, Buckets> layers) {

  private static final String EPOCH_TAG = "train/epoch";

  /**
   * Counts in buckets half a unit wide.
   *
   * @param first lower edge of the first bucket
   * @param counts weights in each
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Buckets(double first, double[] counts) {}

  /** Fields of the message, as they are read. */
  private static final class Draft {
    private long step;
    private boolean starts;
    private int epoch;
    private final Map<String, Buckets> layers = new LinkedHashMap<>();
  }

  /**
   * Reads an event.
   *
   * @throws IOException if the bytes are no protobuf message
   */
  static ScoreEvent of(byte[] message) throws IOException {
    Draft draft = new Draft();
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case EventFields.EVENT_STEP -> draft.step = in.readInt64();
        case EventFields.EVENT_SESSION_LOG -> {
          draft.starts = true;
          in.skipField(tag);
        }
        case EventFields.EVENT_SUMMARY -> summary(in.readByteArray(), draft);
        default -> in.skipField(tag);
      }
    }
    return new ScoreEvent(draft.step, draft.starts, draft.epoch, draft.layers);
  }

  private static void summary(byte[] message, Draft draft) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == EventFields.SUMMARY_VALUE) {
        value(in.readByteArray(), draft);
      } else {
        in.skipField(tag);
      }
    }
  }

  private static void value(byte[] message, Draft draft) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    String name = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case EventFields.VALUE_TAG -> name = in.readString();
        case EventFields.VALUE_SIMPLE -> {
          float number = in.readFloat();
          draft.epoch = name.equals(EPOCH_TAG) ? (int) number : draft.epoch;
        }
        case EventFields.VALUE_HISTOGRAM ->
            draft.layers.put(name.substring(name.indexOf('/') + 1), histogram(in.readByteArray()));
        default -> in.skipField(tag);
      }
    }
  }

  private static Buckets histogram(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    double[] edges = {};
    double[] counts = {};
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case EventFields.HISTOGRAM_BUCKET_LIMIT -> edges = packed(in);
        case EventFields.HISTOGRAM_BUCKET -> counts = packed(in);
        default -> in.skipField(tag);
      }
    }
    return new Buckets(edges.length == 0 ? 0 : edges[0] - Histogram.WIDTH, counts);
  }

  private static double[] packed(CodedInputStream in) throws IOException {
    int bytes = in.readRawVarint32();
    double[] values = new double[bytes / Double.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }
}
