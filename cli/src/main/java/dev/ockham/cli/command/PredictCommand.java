package dev.ockham.cli.command;

import dev.ockham.cli.console.CertaintyColumns;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.ModelOrRun;
import dev.ockham.cli.console.PredictionPrinter;
import dev.ockham.cli.console.ScalingOptions;
import dev.ockham.cli.console.TableReadingOptions;
import dev.ockham.core.answer.Answering;
import dev.ockham.core.data.DatasetCatalog;
import dev.ockham.core.data.DatasetEntry;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.input.ArrayExamples;
import dev.ockham.core.input.AudioExamples;
import dev.ockham.core.input.CsvExamples;
import dev.ockham.core.input.Examples;
import dev.ockham.core.input.PictureFit;
import dev.ockham.core.input.TextExamples;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.NameList;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.table.PredictionLines;
import dev.ockham.core.table.TablePredictor;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.data.SequenceInputs;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham predict}. */
@Command(
    name = "predict",
    description =
        "Say what a model predicts for images, pictures, tables, arrays or rows of numbers.",
    footer = {
      "",
      "FILE is told by its contents: IDX images (.gz or not; no labels needed), a picture (PNG,"
          + " JPEG,",
      "WebP, GIF, BMP or TIFF, in grey or in colour as the model takes it), a folder or zip of",
      "pictures, arrays of NumPy (.npy, .npz or a folder of .npy, by the names of the model's",
      "inputs), or CSV: a row an example, as many numbers as the model has inputs, raw as in",
      "training (pixels 0 to 255), a first row of names is skipped. A model of a table takes",
      "tables (CSV, TSV, .gz or not, Parquet) as they are: columns by name, more than it needs do",
      "no harm. A model of texts takes a table with their column, a folder of .txt files, or",
      "lines; one of sounds WAV files. All is read and written as it comes, in constant memory.",
      "With --json, a line is one object.",
      "",
      "Example: ockham predict runs/prices --input new.csv --samples 30 --interval 90",
      "adds the deviation of each number, and where 90 %% of such numbers should be. For classes",
      "and labels --samples adds entropy (all that is unsure, in nats) and mutual_information (of",
      "that, what comes from drawn networks that disagree)."
    })
public final class PredictCommand implements Callable<Integer> {

  private static final String STANDARD_INPUT = "-";

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ModelOrRun subject = new ModelOrRun();

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = "What to predict; '-' reads rows, or texts, from standard input.")
  private Path input = Path.of("");

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "Show the K likeliest classes. Default: ${DEFAULT-VALUE}")
  private int top = 1;

  @Option(names = "--resize", description = "Scale images of another size to the model's.")
  private boolean resize;

  @Option(
      names = "--invert",
      description = "Swap dark and bright, for dark drawings on a bright ground.")
  private boolean invert;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write there instead; older predictions there are replaced.")
  private @Nullable Path out;

  @Option(
      names = "--keep",
      paramLabel = "COLUMNS",
      description = "Of a table: write these columns of a row beside its prediction.")
  private String keep = "";

  @Option(names = "--threads", paramLabel = "N", description = "Cores to use; default: all.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Mixin private CertaintyColumns certainty = new CertaintyColumns();

  @Mixin private TableReadingOptions table = new TableReadingOptions();

  @Mixin private ScalingOptions scaling = new ScalingOptions();

  @Override
  public Integer call() throws IOException {
    Path modelPath = subject.model();
    ModelFile file = ModelFile.load(modelPath);
    requireOneVector(file.model());
    Model model = scaling.over(file.model(), modelPath);
    CountOption.requirePositive("--threads", threads);
    try (Answering answering = certainty.answering(subject.path(), file, model, threads)) {
      return predict(file, model, modelPath, answering);
    }
  }

  private int predict(ModelFile file, Model model, Path modelPath, Answering answering)
      throws IOException {
    if (file.rules().table().isPresent()) {
      return predictTable(model, answering, file.rules());
    }
    if (!keep.isEmpty()) {
      throw new SpecException(
          "--keep is for a model of a table, but %s knows no columns".formatted(modelPath));
    }
    requireTop(answering);
    AnswerLines lines =
        answering.kind() == Answer.CLASSES
            ? new AnswerLines.Printed(
                new PredictionPrinter(
                    answering.outputs(), classNames(file), top, common.json(), answering.certain()))
            : new AnswerLines.Table(
                new PredictionLines(form(), "index", List.of(), file.rules(), answering));
    if (out != null) {
      requireReplaceable(out);
    }
    try (Examples examples = open(model, file.rules())) {
      if (examples instanceof CsvExamples && (resize || invert)) {
        throw new SpecException(
            "%s is for images, but %s holds rows of numbers"
                .formatted(resize ? "--resize" : "--invert", input));
      }
      if (!examples.leftOut().isEmpty()) {
        common.err().println("left out " + examples.leftOut());
      }
      if (out == null) {
        predictions(answering, model, examples, lines).write(common.out());
      } else {
        AtomicFile.write(
            out,
            channel -> {
              Writer writer =
                  new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
              predictions(answering, model, examples, lines).write(writer);
            });
      }
      if (!examples.notice().isEmpty()) {
        common.err().println(examples.notice());
      }
    }
    return 0;
  }

  private int predictTable(Model model, Answering answering, DataRules rules) throws IOException {
    TablePredictions predictions =
        new TablePredictions(
            new TablePredictor(
                model,
                answering,
                rules,
                reading(),
                NameList.parse("--keep", keep),
                form(),
                threads),
            input,
            common.err());
    if (out == null) {
      predictions.write(new PrintedBytes(common.out()));
      common.requireWritten();
    } else {
      requireReplaceable(out);
      AtomicFile.write(out, channel -> predictions.write(Channels.newOutputStream(channel)));
    }
    predictions.say();
    return 0;
  }

  private TableSpec reading() {
    return table.of(input.toString()).table();
  }

  private void requireOneVector(Model model) throws RunException {
    List<String> outputs = model.graph().outputs();
    boolean answers = outputs.size() == 1 || Answer.saysNoise(model.graph());
    if (!answers || model.graph().shape(outputs.getFirst()).rank() != 1) {
      throw new RunException(
          ("%s gives %s; 'ockham predict' is for models that give one vector, a number for each"
                  + " class, label or number to predict")
              .formatted(
                  subject.path(),
                  String.join(
                      " and ",
                      outputs.stream()
                          .map(name -> name + " of " + model.graph().shape(name))
                          .toList())));
    }
  }

  private Examples open(Model model, DataRules rules) throws IOException {
    boolean stream = input.toString().equals(STANDARD_INPUT);
    if (!stream && ArrayExamples.isAt(input)) {
      return ArrayExamples.open(input, model.graph());
    }
    if (rules.text().isPresent()) {
      TextRules text = rules.text().orElseThrow();
      return stream
          ? TextExamples.ofLines(System.in, "standard input", model.graph(), text)
          : TextExamples.open(input, model.graph(), text, reading());
    }
    if (rules.audio().isPresent() && !stream) {
      return AudioExamples.open(input, rules.audio().orElseThrow(), ModelInputs.size(model));
    }
    if (model.graph().inputs().size() != 1) {
      throw new RunException(
          "%s takes %s; give it an .npz file, or a folder of .npy files, with arrays of these names"
              .formatted(subject.path(), SequenceInputs.described(model.graph().inputs())));
    }
    if (stream) {
      return Examples.ofCsv(System.in, "standard input", model.input().size(), reading());
    }
    return Examples.open(input, PictureFit.of(model.input(), resize, invert, rules), reading());
  }

  /** The names of the classes that the file has, or that its data are known to have. */
  private static List<String> classNames(ModelFile file) {
    List<String> own = file.rules().classes();
    if (own.size() == file.model().classes()) {
      return own;
    }
    Map<String, String> provenance = file.provenance();
    DatasetCatalog catalog = DatasetCatalog.standard();
    return catalog
        .withContents(provenance.getOrDefault("data_sha256", ""))
        .or(() -> catalog.named(provenance.getOrDefault("data", "")))
        .map(DatasetEntry::classNames)
        .filter(names -> names.size() == file.model().classes())
        .orElse(List.of());
  }

  private RowPredictions predictions(
      Answering answering, Model model, Examples examples, AnswerLines lines) {
    return new RowPredictions(
        answering,
        ModelInputs.size(model),
        examples,
        lines,
        threads,
        out == null ? common::requireWritten : () -> {});
  }

  private void requireTop(Answering answering) {
    int most = answering.kind() == Answer.CLASSES ? answering.outputs() : 1;
    if (top < 1 || top > most) {
      throw new SpecException(
          "--top is %s; it must be from 1 to %s, the number of classes".formatted(top, most));
    }
  }

  private PredictionLines.Form form() {
    return common.json() ? PredictionLines.Form.JSON : PredictionLines.Form.CSV;
  }

  /** A slip such as {@code --out MODEL} must not cost a model. */
  private static void requireReplaceable(Path file) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) > 0) {
      byte[] head;
      try (InputStream in = Files.newInputStream(file)) {
        head = in.readNBytes(PredictionPrinter.HEADING.length());
      }
      String begin = new String(head, StandardCharsets.UTF_8);
      if (!begin.startsWith(PredictionPrinter.FIRST_KEY)
          && !begin.equals(PredictionPrinter.HEADING)
          && !PredictionLines.begins(begin)) {
        throw new RunException(
            "%s exists and does not hold predictions; choose another --out, or delete it"
                .formatted(file));
      }
    }
  }
}
