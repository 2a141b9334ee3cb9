package dev.ockham.cli;

import dev.ockham.cli.BadInputTest.Case;
import java.util.List;

/** What is asked wrongly of one of several workers. */
final class BadWorkers {

  private BadWorkers() {}

  static List<Case> cases() {
    String train = "train --data @/data --epochs 1 --threads 1 --out @/new ";
    String two = train + "--workers 2 ";
    return List.of(
        new Case(train + "--workers 0", "--workers is 0"),
        new Case(train + "--workers two", "--workers", "'two'"),
        new Case(train + "--rank 1", "--rank", "--workers is missing"),
        new Case(train + "--meet localhost:29500", "--meet", "--workers is missing"),
        new Case(train + "--workers 1 --rank 1", "--rank is 1", "0 to 0"),
        new Case(two, "--rank is missing", "0 to 1"),
        new Case(two + "--rank 2 --meet localhost:29500", "--rank is 2", "0 to 1"),
        new Case(two + "--rank=-1 --meet localhost:29500", "--rank is -1"),
        new Case(two + "--rank 0", "--meet is missing", "192.168.0.10:29500"),
        new Case(two + "--rank 1 --meet localhost", "--meet is 'localhost'", "HOST:PORT"),
        new Case(two + "--rank 1 --meet localhost:0", "--meet is 'localhost:0'", "1 to 65535"),
        new Case(two + "--rank 1 --meet localhost:70000", "1 to 65535"),
        new Case(two + "--rank 1 --meet :29500", "--meet is ':29500'"),
        new Case(
            two + "--rank 0 --meet 192.0.2.1:29500", "192.0.2.1 is not an address of this machine"),
        new Case(
            two + "--rank 1 --meet no.such.host.invalid:29500",
            "there is no machine called 'no.such.host.invalid'"),
        new Case(two + "--rank 0 --meet localhost:29500 --target error<=5", "--target"));
  }
}
