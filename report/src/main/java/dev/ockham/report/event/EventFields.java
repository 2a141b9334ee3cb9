package dev.ockham.report.event;

/**
 * Field numbers of the messages in an event file, as TensorFlow 1.15 publishes them in {@code
 * tensorflow/core/util/event.proto} and {@code tensorflow/core/framework/summary.proto}. Numbers of
 * protobuf fields never change.
 */
final class EventFields {

  /** {@code message Event}. */
  static final int EVENT_WALL_TIME = 1;

  static final int EVENT_STEP = 2;
  static final int EVENT_FILE_VERSION = 3;
  static final int EVENT_SUMMARY = 5;
  static final int EVENT_SESSION_LOG = 7;

  /** {@code message SessionLog}, and its status that says "training begins". */
  static final int SESSION_STATUS = 1;

  static final int SESSION_STATUS_START = 1;

  /** {@code message Summary}. */
  static final int SUMMARY_VALUE = 1;

  /** {@code message Summary.Value}. */
  static final int VALUE_TAG = 1;

  static final int VALUE_SIMPLE = 2;
  static final int VALUE_IMAGE = 4;
  static final int VALUE_HISTOGRAM = 5;

  /** {@code message Summary.Image}. */
  static final int IMAGE_HEIGHT = 1;

  static final int IMAGE_WIDTH = 2;
  static final int IMAGE_COLORSPACE = 3;
  static final int IMAGE_ENCODED = 4;

  /** {@code message HistogramProto}. */
  static final int HISTOGRAM_MIN = 1;

  static final int HISTOGRAM_MAX = 2;
  static final int HISTOGRAM_NUM = 3;
  static final int HISTOGRAM_SUM = 4;
  static final int HISTOGRAM_SUM_SQUARES = 5;
  static final int HISTOGRAM_BUCKET_LIMIT = 6;
  static final int HISTOGRAM_BUCKET = 7;

  private EventFields() {}
}
