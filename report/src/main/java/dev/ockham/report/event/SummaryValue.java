package dev.ockham.report.event;

import static dev.ockham.report.event.EventFields.HISTOGRAM_BUCKET;
import static dev.ockham.report.event.EventFields.HISTOGRAM_BUCKET_LIMIT;
import static dev.ockham.report.event.EventFields.HISTOGRAM_MAX;
import static dev.ockham.report.event.EventFields.HISTOGRAM_MIN;
import static dev.ockham.report.event.EventFields.HISTOGRAM_NUM;
import static dev.ockham.report.event.EventFields.HISTOGRAM_SUM;
import static dev.ockham.report.event.EventFields.HISTOGRAM_SUM_SQUARES;
import static dev.ockham.report.event.EventFields.IMAGE_COLORSPACE;
import static dev.ockham.report.event.EventFields.IMAGE_ENCODED;
import static dev.ockham.report.event.EventFields.IMAGE_HEIGHT;
import static dev.ockham.report.event.EventFields.IMAGE_WIDTH;
import static dev.ockham.report.event.EventFields.VALUE_HISTOGRAM;
import static dev.ockham.report.event.EventFields.VALUE_IMAGE;
import static dev.ockham.report.event.EventFields.VALUE_SIMPLE;
import static dev.ockham.report.event.EventFields.VALUE_TAG;

/** One thing that an event shows, under a tag; tags with one prefix before "/" stand together. */
sealed interface SummaryValue {

  /** The name it is shown by. */
  String tag();

  /** A point of a curve; float32 on disk. */
  record Scalar(String tag, double value) implements SummaryValue {}

  /** A slice of a histogram over time. */
  record Distribution(String tag, Histogram histogram) implements SummaryValue {}

  /** A picture. */
  record Picture(String tag, FilterPicture picture) implements SummaryValue {}

  /** The bytes of the {@code Summary.Value}. */
  default byte[] encoded() {
    return ProtoMessage.encode(out -> {
      out.writeString(VALUE_TAG, tag());
      switch (this) {
        case Scalar scalar -> out.writeFloat(VALUE_SIMPLE, (float) scalar.value());
        case Distribution d -> out.writeByteArray(VALUE_HISTOGRAM, encoded(d.histogram()));
        case Picture p -> out.writeByteArray(VALUE_IMAGE, encoded(p.picture()));
      }
    });
  }

  private static byte[] encoded(Histogram histogram) {
    return ProtoMessage.encode(out -> {
      out.writeDouble(HISTOGRAM_MIN, histogram.min());
      out.writeDouble(HISTOGRAM_MAX, histogram.max());
      out.writeDouble(HISTOGRAM_NUM, (double) histogram.count());
      out.writeDouble(HISTOGRAM_SUM, histogram.sum());
      out.writeDouble(HISTOGRAM_SUM_SQUARES, histogram.sumOfSquares());
      ProtoMessage.writePacked(out, HISTOGRAM_BUCKET_LIMIT, histogram.upperEdges());
      ProtoMessage.writePacked(out, HISTOGRAM_BUCKET, histogram.counts());
    });
  }

  private static byte[] encoded(FilterPicture picture) {
    return ProtoMessage.encode(out -> {
      out.writeInt32(IMAGE_HEIGHT, picture.height());
      out.writeInt32(IMAGE_WIDTH, picture.width());
      out.writeInt32(IMAGE_COLORSPACE, FilterPicture.RGB);
      out.writeByteArray(IMAGE_ENCODED, picture.png());
    });
  }
}
