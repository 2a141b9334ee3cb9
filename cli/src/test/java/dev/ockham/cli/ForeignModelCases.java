package dev.ockham.cli;

import dev.ockham.cli.BadInputTest.Case;
import java.util.ArrayList;
import java.util.List;

/** Bad input of commands that take networks from elsewhere, look at them, or send them there. */
final class ForeignModelCases {

  private ForeignModelCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    cases.addAll(trainedWeights());
    cases.addAll(inspect());
    cases.addAll(imports());
    cases.addAll(exports());
    return cases;
  }

  private static List<Case> trainedWeights() {
    List<Case> cases = new ArrayList<>();
    String again = "train --data @/data --arch mlp:784-8-10 --out ";
    String from = again + "@/new/a --init-from ";
    String noNetwork = "train --data @/data --out @/new/a --init-from ";
    cases.add(new Case(from + "@/file", "@/file", "fewer than 8"));
    cases.add(new Case(from + "@/cut.safetensors", "@/cut.safetensors", "byte "));
    cases.add(
        new Case(from + "@/tensors.safetensors", "@/tensors", "'a' 3", "'dense1.weight' 8×784"));
    cases.add(new Case(from + "@/tensors.safetensors --map b=dense1.bias", "no tensor 'b'"));
    cases.add(new Case(from + "@/tensors.safetensors --map a=b", "no parameter 'b'"));
    cases.add(new Case(from + "@/tensors.safetensors --map a", "init_map", "from=to"));
    cases.add(new Case(from + "@/run/checkpoints/last.safetensors", "a file of a run"));
    cases.add(new Case(again + "@/new/a --map a=dense1.bias", "--map", "--init-from"));
    cases.add(new Case(noNetwork + "@/tensors.safetensors", "without a network", "--arch"));
    return cases;
  }

  private static List<Case> inspect() {
    List<Case> cases = new ArrayList<>();
    cases.add(new Case("inspect @/none", "@/none", "no such file"));
    cases.add(new Case("verify @/none", "@/none", "no such file"));
    cases.add(new Case("verify @/empty", "@/empty", "nothing that Ockham wrote"));
    cases.add(new Case("inspect @/empty", "@/empty", "is not a run"));
    cases.add(new Case("inspect @/file", "@/file"));
    cases.add(new Case("inspect @/text.json", "@/text.json", "not valid JSON"));
    cases.add(new Case("inspect @/cut.safetensors", "@/cut.safetensors", "byte "));
    cases.add(new Case("inspect @/tensors.safetensors --html @/new.html", "without a network"));
    cases.add(new Case("inspect @/run --html @/file", "@/file", "is not a report"));
    cases.add(new Case("inspect @/run --html @/empty", "@/empty", "is a folder"));
    return cases;
  }

  private static List<Case> imports() {
    List<Case> cases = new ArrayList<>();
    String onnx = "import @/good.onnx --out ";
    cases.add(new Case("import @/good.onnx", "--out"));
    cases.add(new Case("import --out @/new", "FILE"));
    cases.add(new Case("import @/good.onnx --outt @/new", "'--outt'", "did you mean '--out'"));
    cases.add(new Case("imprt @/good.onnx", "no command 'imprt'", "did you mean 'import'"));
    cases.add(new Case("import @/none --out @/new", "@/none", "no such"));
    cases.add(new Case("import @/empty --out @/new", "@/empty", "is a folder"));
    cases.add(new Case("import @/cut.onnx --out @/new", "@/cut.onnx", "cut off"));
    cases.add(new Case("import @/file --out @/new", "@/file", "no ONNX file"));
    cases.add(new Case("import @/odd.onnx --out @/new", "'act' (Det)", "no such operator"));
    cases.add(new Case("import @/loop.onnx --out @/new", "'act' (Loop)", "control flow"));
    cases.add(new Case("import @/wide.onnx --out @/new", "'x'", "'width'", "--shape"));
    cases.add(new Case(onnx + "@/new --shape x=1x0", "--shape", "'0'"));
    cases.add(new Case(onnx + "@/new --shape z=1x4", "'z'", "x"));
    cases.add(new Case(onnx + "@/new --shape x=1x5", "'x'", "batchx4", "5"));
    cases.add(new Case(onnx + "@/good.onnx", "@/good.onnx", "not a model"));
    cases.add(new Case(onnx + "@/run/run.json", "@/run/run.json", "not a model"));
    cases.add(new Case(onnx + "@/file/m", "@/file", "not a folder"));
    return cases;
  }

  private static List<Case> exports() {
    List<Case> cases = new ArrayList<>();
    String export = "export @/run --no-check --out ";
    cases.add(new Case("export", "MODEL|RUN"));
    cases.add(new Case("export @/run", "--out"));
    cases.add(new Case(export + "@/new --format tflite", "--format", "'tflite'", "onnx"));
    cases.add(new Case(export + "@/empty", "@/empty", "folder"));
    cases.add(new Case(export + "@/none/m", "@/none", "no such"));
    cases.add(new Case(export + "@/file/m", "@/file", "not a folder"));
    cases.add(new Case(export + "@/run/run.json", "@/run/run.json", "not an ONNX model"));
    cases.add(new Case(export + "/proc/ockham", "/proc"));
    cases.add(new Case(export + "@/new --sparsity 1.5", "--sparsity", "1.5"));
    cases.add(new Case(export + "@/new --data @/data", "--no-check", "--data"));
    cases.add(new Case("export @/dense --out @/new --sparsity 0.5", "'none'"));
    cases.add(
        new Case("export @/run/model.safetensors --out @/new --sparsity 0.5", "--sparsity", "RUN"));
    cases.add(new Case("export @/run --out @/new --onnxruntime @/file", "--onnxruntime", "@/file"));
    cases.add(new Case("export @/run --out @/new --data @/truncated", "@/truncated", "truncated"));
    String state = "export @/run --format safetensors --out ";
    cases.add(new Case(state + "@/new --sparse-initializers", "--sparse-initializers", "onnx"));
    cases.add(new Case(state + "@/new --no-check", "--no-check", "onnx"));
    cases.add(
        new Case(state + "@/run/model.safetensors", "@/run/model.safetensors", "not a state dict"));
    cases.add(new Case(state + "@/file", "@/file", "not a state dict"));
    return cases;
  }
}
