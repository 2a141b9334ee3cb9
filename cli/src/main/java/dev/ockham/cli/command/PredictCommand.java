package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.PredictionPrinter;
import dev.ockham.cli.console.ScalingOptions;
import dev.ockham.cli.console.TableReadingOptions;
import dev.ockham.cli.console.Terminal;
import dev.ockham.core.data.DatasetCatalog;
import dev.ockham.core.data.DatasetEntry;
import dev.ockham.core.input.CsvExamples;
import dev.ockham.core.input.Examples;
import dev.ockham.core.input.PictureExamples;
import dev.ockham.core.input.PictureFit;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.NameList;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.table.PredictionLines;
import dev.ockham.core.table.TablePredictor;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.model.Model;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ockham predict}. */
@Command(
    name = "predict",
    description = "Say which class a model gives to images, to a picture, or to rows of numbers.",
    footer = {
      "",
      "FILE is told by its contents: IDX images (.gz or not; no labels needed), a picture (PNG or",
      "what else Java reads, in grey or in colour as the model takes it), a folder or zip of",
      "pictures, or CSV: a row an example, as many numbers as the model has inputs, raw as in",
      "training (pixels 0 to 255), a first row of names is skipped. A model of a table takes"
          + " tables",
      "(CSV, TSV, .gz or not, Parquet) as they are: columns by name, more than it needs do no"
          + " harm.",
      "It writes CSV, or with --json an object a line, as it reads, in constant memory.",
      "",
      "With --json, a line is one object: index, file (of pictures in a folder or zip), class,"
          + " name",
      "(where known), probability, and probabilities of all classes."
    })
public final class PredictCommand implements Callable<Integer> {

  private static final String STANDARD_INPUT = "-";

  /** Blocks of examples: so many, or fewer where an example is large. */
  private static final int MOST_EXAMPLES = 512;

  private static final int MOST_NUMBERS = 1 << 22;
  private static final long NANOS_BEFORE_BAR = 2_000_000_000L;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "MODEL|RUN",
      description = "A model file, or the folder of a finished run.")
  private Path subject = Path.of("");

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = "What to predict; '-' reads CSV from standard input.")
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

  @Mixin private TableReadingOptions table = new TableReadingOptions();

  @Mixin private ScalingOptions scaling = new ScalingOptions();

  @Override
  public Integer call() throws IOException {
    Path modelPath = modelPath();
    ModelFile file = ModelFile.load(modelPath);
    requireOneInput(file.model());
    Model model = scaling.over(file.model(), modelPath);
    if (threads < 1) {
      throw new SpecException("--threads is %s; it must be at least 1".formatted(threads));
    }
    if (file.rules().table().isPresent()) {
      return predictTable(model, file.rules());
    }
    if (!keep.isEmpty()) {
      throw new SpecException(
          "--keep is for a model of a table, but %s knows no columns".formatted(modelPath));
    }
    if (top < 1 || top > model.classes()) {
      throw new SpecException(
          "--top is %s; it must be from 1 to %s, the number of classes"
              .formatted(top, model.classes()));
    }
    PredictionPrinter printer =
        new PredictionPrinter(model.classes(), classNames(file), top, common.json());
    if (out != null) {
      requireReplaceable(out);
    }
    try (Examples examples = open(model, file.rules())) {
      if (examples instanceof CsvExamples && (resize || invert)) {
        throw new SpecException(
            "%s is for images, but %s holds rows of numbers"
                .formatted(resize ? "--resize" : "--invert", input));
      }
      if (examples instanceof PictureExamples pictures && !pictures.others().isEmpty()) {
        common
            .err()
            .printf(
                "left out files that are no pictures: %s, such as %s%n",
                pictures.others().size(), pictures.others().getFirst());
      }
      if (out == null) {
        predict(model, examples, printer, common.out());
      } else {
        AtomicFile.write(
            out,
            channel -> {
              Writer writer =
                  new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
              predict(model, examples, printer, writer);
            });
      }
    }
    return 0;
  }

  private int predictTable(Model model, DataRules rules) throws IOException {
    TablePredictions predictions =
        new TablePredictions(
            new TablePredictor(
                model,
                rules,
                table.of(input.toString()).table(),
                NameList.parse("--keep", keep),
                common.json() ? PredictionLines.Form.JSON : PredictionLines.Form.CSV,
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

  private void requireOneInput(Model model) throws RunException {
    if (model.graph().inputs().size() != 1) {
      throw new RunException(
          "%s takes %s; only models of one input are for 'ockham predict'"
              .formatted(
                  subject,
                  String.join(", ", model.graph().inputs().stream().map(Input::name).toList())));
    }
    List<String> outputs = model.graph().outputs();
    if (outputs.size() != 1 || model.graph().shape(outputs.getFirst()).rank() != 1) {
      throw new RunException(
          "%s gives %s; 'ockham predict' is for models that give one vector, a number for each class"
              .formatted(
                  subject,
                  String.join(
                      " and ",
                      outputs.stream()
                          .map(name -> name + " of " + model.graph().shape(name))
                          .toList())));
    }
  }

  private Path modelPath() throws RunException, IOException {
    if (!Files.isDirectory(subject)) {
      return subject;
    }
    RunFolder folder = new RunFolder(subject);
    if (!Files.exists(folder.model())) {
      RunRecord record = RunRecord.read(folder);
      throw new RunException(
          "%s has no model yet (it is %s); finish it with: ockham train --out %s --resume"
              .formatted(subject, record.status().toString().toLowerCase(Locale.ROOT), subject));
    }
    return folder.model();
  }

  private Examples open(Model model, DataRules rules) throws IOException {
    if (input.toString().equals(STANDARD_INPUT)) {
      return Examples.ofCsv(System.in, "standard input", model.input().size());
    }
    return Examples.open(input, PictureFit.of(model.input(), resize, invert, rules));
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

  private void predict(Model model, Examples examples, PredictionPrinter printer, Writer writer)
      throws IOException {
    int size = model.input().size();
    int most = Math.clamp(MOST_NUMBERS / Math.max(1, size), 1, MOST_EXAMPLES);
    Predictor predictor = Predictor.of(model);
    float[] block = new float[size * (examples.count() == 1 ? 1 : most)];
    List<String> names = new ArrayList<>();
    long began = System.nanoTime();
    long done = 0;
    ProgressBar bar = null;
    try {
      for (int read = fill(examples, block, size, names);
          read > 0;
          read = fill(examples, block, size, names)) {
        float[] filled = read * size == block.length ? block : Arrays.copyOf(block, read * size);
        float[] probabilities = predictor.predict(filled, threads);
        if (done == 0) {
          printer.begin(writer); // not earlier: what fails at once prints nothing
        }
        for (int i = 0; i < read; i++) {
          printer.print(writer, done + i, names.get(i), probabilities, i);
        }
        done += read;
        flush(writer);
        if (bar == null && Terminal.interactive() && System.nanoTime() - began > NANOS_BEFORE_BAR) {
          bar = Terminal.bar("predict", examples.count(), done);
        }
        if (bar != null) {
          bar.stepTo(done);
        }
      }
    } finally {
      if (bar != null) {
        bar.close();
      }
    }
  }

  /**
   * Reads as many examples as the block has room for.
   *
   * @param names is told what they are called
   * @throws UncheckedIOException if that fails; an {@link IOException} would pass for one of the
   *     file that is being written
   */
  private static int fill(Examples examples, float[] block, int size, List<String> names) {
    int read = 0;
    names.clear();
    try {
      while ((read + 1) * size <= block.length && examples.next(block, read * size)) {
        names.add(examples.count() == 1 ? "" : examples.name());
        read++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }

  private void flush(Writer writer) throws IOException {
    writer.flush();
    if (out == null) {
      common.requireWritten();
    }
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
