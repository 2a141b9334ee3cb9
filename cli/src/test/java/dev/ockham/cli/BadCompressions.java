package dev.ockham.cli;

import dev.ockham.cli.BadInputTest.Case;
import java.util.ArrayList;
import java.util.List;

/** What {@code compress} refuses, and what its line says; the folder is {@link BadInputTest}'s. */
final class BadCompressions {

  private BadCompressions() {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.add(new Case("compress @/dense --out @/new", "--target is missing"));
    cases.add(new Case("compress @/dense --target file<=2KB", "--out is missing"));
    cases.add(new Case("compress --target file<=2KB --out @/new", "--arch"));
    String two = "compress @/dense --arch mlp:784-8-10 --out @/new ";
    cases.add(new Case(two + "--target file<=2KB", "--arch goes without MODEL"));
    String other = "compress @/%s --target file<=2KB --data @/data --out @/new";
    cases.add(new Case(other.formatted("none"), "@/none", "no such"));
    cases.add(new Case(other.formatted("empty"), "@/empty", "run.json"));
    cases.add(new Case(other.formatted("tensors.safetensors"), "without a network"));
    cases.add(new Case(other.formatted("cut.onnx"), "@/cut.onnx"));
    String wish = "compress @/dense --threads 1 --budget 2epochs --out @/new --target ";
    cases.add(new Case(wish + "eror<=5", "did you mean 'error'?"));
    cases.add(new Case(wish + "error>=5", "write error<=5"));
    cases.add(new Case(wish + "file<=4parsecs", "50KB"));
    cases.add(new Case(wish + "error<=9 --target accuracy>=90", "the same number"));
    cases.add(new Case(wish + "error<=9 --target nll<=1 --target file<=1KB", "3 times"));
    cases.add(new Case(wish + "compression>=90000", "below 6352"));
    cases.add(new Case(wish + "file<=10", "its file without any weight"));
    cases.add(new Case(wish + "file<=1MB", "holds before anything is done"));
    cases.add(new Case(wish + "rmse<=1", "there is no rmse"));
    cases.add(new Case(wish + "recall[llama]>=dense-1", "recall[llama]"));
    String budget = "compress @/dense --threads 1 --target compression>=2 --out @/new --budget ";
    cases.add(new Case(budget + "soon", "--budget", "'soon'"));
    cases.add(new Case(budget + "1epochs", "too short"));
    cases.add(new Case(wish + "compression>=2 --method sbp", "'sbp'", "sparse-vd"));
    cases.add(new Case(wish + "compression>=2 --keep layer9", "'layer9' names no weights"));
    cases.add(new Case(wish + "compression>=2 --most layer9=0.5", "--most", "'layer9' names no"));
    cases.add(new Case(wish + "compression>=2 --most dense1", "'dense1'", "PATTERN=SHARE"));
    cases.add(new Case(wish + "compression>=2 --most dense1=1.5", "'1.5' is no share"));
    cases.add(new Case(wish + "compression>=9 --most dense*=0.5", "at most a compression of 2"));
    cases.add(new Case(wish + "compression>=2 --effort fast", "--effort 'fast'", "quick"));
    cases.add(new Case(wish + "compression>=2 --seeds 1,2", "--seeds is for --effort thorough"));
    String several = wish + "compression>=2 --effort thorough ";
    cases.add(new Case(several + "--methods sbp", "--methods", "'sbp'", "sparse-vd"));
    cases.add(new Case(several + "--seeds one", "--seeds", "'one' is not a whole number"));
    cases.add(new Case(several + "--seeds 1,1", "sparse-vd-1 twice"));
    cases.add(new Case(several + "--processes 0", "--processes is 0"));
    String train = "train --data @/data --arch mlp:784-8-10 --threads 1 --out @/new --target ";
    cases.add(new Case(train + "eror<=5", "did you mean 'error'?"));
    cases.add(new Case(train + "file<=1KB --schedule auto", "--schedule auto goes without"));
    cases.add(new Case(train + "file<=1KB --method sbp", "'sbp'", "sparse-vd"));
    cases.add(new Case(train + "file<=1KB --epochs 1", "too short"));
    cases.add(
        new Case(
            "compress --arch mlp:784-8-10 --data @/data --effort quick --target compression>=2"
                + " --out @/new",
            "--effort quick",
            "trained already"));
    cases.add(new Case(wish + "compression>=2 --validation @/none", "@/none"));
    cases.add(new Case(wish + "compression>=2 --set nonsense", "path=value"));
    String out = "compress @/dense --threads 1 --target compression>=2 --budget 2epochs --out ";
    cases.add(new Case(out + "@/file", "@/file", "already exists"));
    cases.add(new Case(out + "@/data", "@/data", "is not empty"));
    return cases;
  }
}
