package dev.ockham.spark.job;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Which Java a machine must have. This class and the programs to submit are compiled for Java 17,
 * as Spark is, so that an older Java is told so in a line and not by its class loader.
 */
final class JavaFloor {

  /** What all of Ockham that runs on Spark is compiled for. */
  static final int PREDICTING = 21;

  /** What a JVM beside an executor needs, which trains. */
  static final int TRAINING = 25;

  private JavaFloor() {}

  /** Whether this Java is new enough for the driver; where it is not, says so. */
  static boolean admitsDriver() {
    int here = Runtime.version().feature();
    if (here < PREDICTING) {
      System.err.println("ockham: " + line(host(), here, PREDICTING));
    }
    return here >= PREDICTING;
  }

  /** What is wrong with a machine. */
  static String line(String machine, int has, int needs) {
    return machine + " runs Java " + has + ", but this needs Java " + needs;
  }

  /** The name of this machine. */
  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this machine";
    }
  }
}
