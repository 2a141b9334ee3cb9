package dev.ockham.examples.serve;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts and latencies since the service began, as Prometheus reads them. */
final class ServiceMetrics {
  private static final double FIRST = 1e-6;
  private static final double GROWTH = 1.1;
  private static final int BUCKETS = 200;

  private final Map<Integer, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final AtomicLongArray latencies = new AtomicLongArray(BUCKETS);
  private final LongAdder nanos = new LongAdder();
  private final LongAdder examples = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder failedLoads = new LongAdder();

  /** A request was answered. */
  void answered(int status, long nanoseconds) {
    requests.computeIfAbsent(status, key -> new LongAdder()).increment();
    if (status == 200) {
      double bucket = Math.ceil(Math.log(nanoseconds * 1e-9 / FIRST) / Math.log(GROWTH));
      latencies.incrementAndGet((int) Math.clamp(bucket, 0, BUCKETS - 1));
      nanos.add(nanoseconds);
    }
  }

  /** Examples were predicted. */
  void predicted(int count) {
    examples.add(count);
  }

  /** A model file was loaded, or was not what it should be. */
  void loaded(boolean good) {
    (good ? loads : failedLoads).increment();
  }

  /**
   * All of it.
   *
   * @param inFlight requests that are being answered
   * @param model which model answers
   */
  String text(int inFlight, String model) {
    StringBuilder out = new StringBuilder();
    head(out, "ockham_requests_total", "counter", "Requests for predictions, by status.");
    requests.forEach((status, count) ->
        line(out, "ockham_requests_total{status=\"" + status + "\"}", count.sum()));
    head(out, "ockham_examples_total", "counter", "Examples predicted.");
    line(out, "ockham_examples_total", examples.sum());
    head(out, "ockham_in_flight", "gauge", "Requests that are being answered.");
    line(out, "ockham_in_flight", inFlight);
    head(out, "ockham_model_loads_total", "counter", "Times that the model's file was loaded.");
    line(out, "ockham_model_loads_total{result=\"ok\"}", loads.sum());
    line(out, "ockham_model_loads_total{result=\"failed\"}", failedLoads.sum());
    head(out, "ockham_model_info", "gauge", "Which model answers.");
    line(out, "ockham_model_info{sha256=\"" + model + "\"}", 1);
    head(out, "ockham_request_seconds", "summary", "Time of requests with status 200.");
    long[] counts = new long[BUCKETS];
    long total = 0;
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] = latencies.get(i);
      total += counts[i];
    }
    for (double quantile : new double[] {0.5, 0.9, 0.99, 0.999}) {
      String name = "ockham_request_seconds{quantile=\"" + quantile + "\"}";
      out.append(name).append(' ').append(quantile(counts, total, quantile)).append('\n');
    }
    out.append("ockham_request_seconds_sum ").append(nanos.sum() * 1e-9).append('\n');
    line(out, "ockham_request_seconds_count", total);
    return out.toString();
  }

  /** Seconds that are at most a tenth above the quantile. */
  private static double quantile(long[] counts, long total, double quantile) {
    long left = (long) Math.ceil(quantile * total);
    for (int i = 0; i < BUCKETS; i++) {
      left -= counts[i];
      if (left <= 0 && total > 0) {
        return FIRST * Math.pow(GROWTH, i);
      }
    }
    return Double.NaN;
  }

  private static void head(StringBuilder out, String name, String kind, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
  }

  private static void line(StringBuilder out, String name, long value) {
    out.append(name).append(' ').append(value).append('\n');
  }
}
