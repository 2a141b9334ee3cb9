package dev.ockham.spark.job;

/**
 * Runs commands of Ockham, a task for each; the folders that they fill come to one that all
 * machines see, and from there to one of the driver's.
 */
public final class CommandsJob {

  private CommandsJob() {}

  /**
   * Runs the commands of a plan on Spark; exits with 1 and one line on standard error where that
   * fails.
   */
  public static void main(String[] words) {
    System.exit(JavaFloor.admitsDriver() ? CommandPlan.run(words) : 1);
  }
}
