package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.AnalysisException;

/** Why a job failed, in one line of plain words. */
final class JobFaults {

  private static final int WAIT_MILLIS = 5000;
  private static final int LONGEST = 600;

  /** Class files of version 65 are those of Java 21. */
  private static final int BEFORE_JAVA_1 = 44;

  /** What tasks say of our own faults, somewhere in Spark's report. */
  private static final Pattern OWN =
      Pattern.compile("dev\\.ockham\\.spark\\.(?:\\w+\\.)?\\w+Exception: ([^\\r\\n]+)");

  private static final Pattern OLDER_JAVA =
      Pattern.compile("UnsupportedClassVersionError[^\\r\\n]*up to (\\d+)");

  /** Where a task was, as Spark names it. */
  private static final Pattern EXECUTOR = Pattern.compile("\\(([^\\s()]+) executor [^()]*\\)");

  /** What Spark says once nobody whom it asked for executors has answered. */
  private static final Pattern GIVEN_UP =
      Pattern.compile("All masters are unresponsive|stopped SparkContext");

  private static final Pattern NO_S3 = Pattern.compile("fs\\.s3a\\.\\w+ not found");

  private static final Pattern NO_HOST = Pattern.compile("UnknownHostException: ([^\\s:]+)");

  /** What Spark says of a folder without a file to look into. */
  private static final Pattern EMPTY = Pattern.compile("Unable to infer schema for (\\w+)");

  private static final Pattern BROKEN_ROW =
      Pattern.compile("Malformed (?:records are|CSV record|record)[^\\r\\n]*");

  private static final Pattern ADDRESS = Pattern.compile("spark://([^:,/]+):(\\d+)(?:,.*)?");

  private JobFaults() {}

  /**
   * Checks that a master of Spark's own kind answers; Spark itself would try for a minute.
   *
   * @throws ScoringException if nobody answers there
   */
  static void requireAnswers(String master) {
    Matcher address = ADDRESS.matcher(master);
    if (!address.matches()) {
      return;
    }
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.group(1), Integer.parseInt(address.group(2))), WAIT_MILLIS);
    } catch (UnknownHostException | UnresolvedAddressException e) {
      throw new ScoringException(
          "the master %s does not answer: there is no machine called '%s'"
              .formatted(master, address.group(1)));
    } catch (IOException | IllegalArgumentException e) {
      throw new ScoringException(
          "the master %s does not answer: %s".formatted(master, e.getMessage()));
    }
  }

  /**
   * The line.
   *
   * @param java that the tasks need
   */
  static String line(Throwable failure, int java) {
    StringBuilder all = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof ScoringException own) {
        return String.valueOf(own.getMessage());
      }
      all.append(each).append('\n');
    }
    Matcher older = OLDER_JAVA.matcher(all);
    if (older.find()) {
      Matcher executor = EXECUTOR.matcher(all);
      return "%s; spark.executorEnv.JAVA_HOME names another"
          .formatted(
              JavaFloor.line(
                  executor.find() ? executor.group(1) : "an executor",
                  Integer.parseInt(older.group(1)) - BEFORE_JAVA_1,
                  java));
    }
    Matcher own = OWN.matcher(all);
    if (own.find()) {
      return own.group(1);
    }
    if (GIVEN_UP.matcher(all).find()) {
      return "the master %s is none of Spark's, or has ended this job"
          .formatted(new SparkConf().get("spark.master", ""));
    }
    Matcher s3 = NO_S3.matcher(all);
    if (s3.find()) {
      return "s3a:// needs --conf spark.jars.packages=org.apache.hadoop:hadoop-aws:"
          + VersionInfo.getVersion();
    }
    Matcher host = NO_HOST.matcher(all);
    if (host.find()) {
      return "there is no machine called '%s'".formatted(host.group(1));
    }
    Matcher empty = EMPTY.matcher(all);
    if (empty.find()) {
      return "--input has no files of %s".formatted(empty.group(1));
    }
    Matcher row = BROKEN_ROW.matcher(all);
    if (row.find()) {
      return row.group();
    }
    return failure instanceof AnalysisException
        ? plain(String.valueOf(failure.getMessage()))
        : plain(deepest(failure));
  }

  private static String deepest(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** Without Spark's codes, and not longer than a line. */
  private static String plain(String message) {
    String text =
        message
            .replaceFirst("^\\[[A-Z_.]+\\] ", "")
            .replaceFirst(" ?SQLSTATE: \\w+(?s:.*)$", "")
            .lines()
            .findFirst()
            .orElse("");
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
