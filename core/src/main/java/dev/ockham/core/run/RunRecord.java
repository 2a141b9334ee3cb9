package dev.ockham.core.run;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetCatalog;
import dev.ockham.core.data.DatasetEntry;
import dev.ockham.core.name.BareName;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.file.CheckedText;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.SafetensorsContents;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The contents of {@code run.json}.
 *
 * @param status how far the run is
 * @param spec what was asked for, with the number of threads resolved
 * @param data what it was trained on
 * @param software versions and kernels that computed it
 * @param last metrics of the last epoch; empty before the first one ended
 * @param outcome what its network is worth on validation images; null before it is finished, and of
 *     a run that ended before Ockham wrote this down
 * @param start the trained weights that it began with; null where it began with its own, or those
 *     of another run
 * @param lesson what the run learns of a teacher; null where it learns labels
 * @param targets what the numbers to learn are scaled by; null where it learns none
 * @param id which run this is, see {@link RunIdentity}; null of one that an older build began
 * @param workers how many processes make its steps together; 1 unless it was asked for more
 */
public record RunRecord(
    Status status,
    RunSpec spec,
    Data data,
    Map<String, String> software,
    Map<String, Object> last,
    @Nullable Outcome outcome,
    @Nullable Start start,
    @Nullable Lesson lesson,
    @Nullable TargetScaling targets,
    @Nullable String id,
    int workers) {

  /** What other files of a run call its name. */
  public static final String OWNER = "run";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final JsonMapper JSON_LINE = JsonMapper.shared();
  private static final Set<String> DATA_KEYS =
      Set.of("sha256", "origin", "train", "validation", "input_mean", "input_scale");
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};

  /** How far a run is. */
  public enum Status {
    /** In progress, or killed. */
    RUNNING,
    /** Asked to stop; it can go on. */
    STOPPED,
    /** A layer lost its last path. */
    COLLAPSED,
    /** The loss or a parameter was not finite. */
    FAILED,
    /** All epochs done. */
    FINISHED
  }

  /**
   * The data that a run saw.
   *
   * @param sha256 hash of all values and labels
   * @param origin where they came from
   * @param train images that weights were fitted to
   * @param validation images held out
   * @param inputMean mean raw pixel of grey training images; 0 for channels of colour and for float
   *     features, each of which has its own in the checkpoint
   * @param inputScale {@code data.input_deviation} over the standard deviation of the pixels; 1
   *     where each channel or feature has its own
   * @param rules what was decided while the data were read, such as names of classes, where Ockham
   *     does not know it by the data's name
   */
  public record Data(
      String sha256,
      String origin,
      int train,
      int validation,
      double inputMean,
      double inputScale,
      DataRules rules) {

    /** Data without rules that need to be written down. */
    public Data(
        String sha256,
        String origin,
        int train,
        int validation,
        double inputMean,
        double inputScale) {
      this(sha256, origin, train, validation, inputMean, inputScale, DataRules.NONE);
    }
  }

  /**
   * Trained weights that a run began with.
   *
   * @param source path of the file, or {@code own:} and a name where a program had them
   * @param sha256 of the file's bytes
   */
  public record Start(String source, String sha256) {}

  /** The record of a run that learns labels, from weights of its own. */
  public RunRecord(
      Status status,
      RunSpec spec,
      Data data,
      Map<String, String> software,
      Map<String, Object> last,
      @Nullable Outcome outcome) {
    this(status, spec, data, software, last, outcome, null, null, null, null, 1);
  }

  /** The record of such a run that is not finished. */
  public RunRecord(
      Status status,
      RunSpec spec,
      Data data,
      Map<String, String> software,
      Map<String, Object> last) {
    this(status, spec, data, software, last, null, null, null, null, null, 1);
  }

  /** This record with another status and other last metrics. */
  public RunRecord with(Status newStatus, Map<String, Object> metrics) {
    return new RunRecord(
        newStatus, spec, data, software, metrics, outcome, start, lesson, targets, id, workers);
  }

  /** This record with what its network is worth. */
  public RunRecord with(Outcome measured) {
    return new RunRecord(
        status, spec, data, software, last, measured, start, lesson, targets, id, workers);
  }

  /** This record with the trained weights that the run begins with. */
  public RunRecord startingFrom(Start weights) {
    return new RunRecord(
        status, spec, data, software, last, outcome, weights, lesson, targets, id, workers);
  }

  /** This record with what the run learns of a teacher. */
  public RunRecord with(Lesson learnt) {
    return new RunRecord(
        status, spec, data, software, last, outcome, start, learnt, targets, id, workers);
  }

  /** This record with what the numbers to learn are scaled by. */
  public RunRecord with(TargetScaling measured) {
    return new RunRecord(
        status, spec, data, software, last, outcome, start, lesson, measured, id, workers);
  }

  /** This record with another number of processes. */
  public RunRecord withWorkers(int number) {
    return new RunRecord(
        status, spec, data, software, last, outcome, start, lesson, targets, id, number);
  }

  /** This record with the name of its run, if it has none yet. */
  public RunRecord identified(Graph network) {
    return id != null
        ? this
        : new RunRecord(
            status,
            spec,
            data,
            software,
            last,
            outcome,
            start,
            lesson,
            targets,
            RunIdentity.of(this, network),
            workers);
  }

  /**
   * Checks that data are those that the run began with.
   *
   * @param folder the run's, for the message
   * @throws RunException if not
   */
  public void requireSameData(RunFolder folder, Dataset found) throws RunException {
    if (!data.sha256().equals(found.contentHash())) {
      throw new RunException(
          "%s was trained on '%s' with sha256 %s, but the data found in %s have %s"
              .formatted(
                  folder.root(),
                  spec.data().name(),
                  data.sha256(),
                  found.origin(),
                  found.contentHash()));
    }
  }

  /**
   * Where a model of this run comes from, as pairs of text: names of files without their folders,
   * so that the same run gives the same bytes in every folder.
   */
  public Map<String, String> provenance() {
    Map<String, String> provenance = new LinkedHashMap<>(software);
    provenance.put("method", spec.method().name());
    provenance.put("threshold", Double.toString(spec.method().threshold()));
    // Where it lies, too: 'evaluate' measures a model on the data that it was trained on.
    provenance.put("data", spec.data().name());
    provenance.put("data_sha256", data.sha256());
    provenance.put(RecordedSplit.KEY, RecordedSplit.of(spec));
    provenance.put("seed", Long.toString(spec.training().seed()));
    provenance.put("epochs", Integer.toString(spec.training().epochs()));
    if (lesson != null) {
      provenance.put("teacher_sha256", lesson.sha256());
    }
    if (start != null) {
      provenance.put("init_from", BareName.of(start.source()));
      provenance.put("init_from_sha256", start.sha256());
    }
    return provenance;
  }

  /** A model of this run as a file, with where it comes from and the names of its classes. */
  public ModelFile modelFile(Model model) {
    return modelFile(model, spec.method().threshold());
  }

  /**
   * A model of this run, pruned at another threshold, as a file.
   *
   * @param threshold weights are gone where their score was at or above it
   */
  public ModelFile modelFile(Model model, double threshold) {
    Map<String, String> provenance = provenance();
    provenance.put("threshold", Double.toString(threshold));
    return new ModelFile(model, new TreeMap<>(provenance), rules(model));
  }

  /**
   * Checks that a file is this run's.
   *
   * @param what it holds, such as {@code the checkpoint}
   * @param owner the name of the run that it was written for; null where it says none
   * @throws RunException if that is another run
   */
  public void requireOwn(Path file, String what, @Nullable Object owner) throws RunException {
    if (owner != null && id != null && !owner.equals(id)) {
      throw new RunException(
          "%s is %s of another run: that is %s, not %s"
              .formatted(
                  file, what, RunIdentity.shortened(owner.toString()), RunIdentity.shortened(id)));
    }
  }

  /**
   * Checks that a model is this run's, by its data, its seed, its method and what it began with.
   *
   * @throws RunException if it is another one's, naming the file and what differs
   */
  public void requireOwnModel(Path file) throws IOException {
    Map<String, String> said = SafetensorsContents.read(file).metadata();
    Map<String, String> ours = provenance();
    for (String each :
        List.of("data_sha256", "method", "seed", "init_from_sha256", "teacher_sha256")) {
      String theirs = said.get(each);
      String own = ours.get(each);
      if (theirs != null && own != null && !theirs.equals(own)) {
        throw new RunException(
            "%s is the model of another run: its %s is %s, not %s"
                .formatted(file, each, RunIdentity.shortened(theirs), RunIdentity.shortened(own)));
      }
    }
  }

  /** A run of known data does not repeat the names of their classes; its model goes elsewhere. */
  private DataRules rules(Model model) {
    if (!data.rules().equals(DataRules.NONE) || model.graph().outputs().size() != 1) {
      return data.rules();
    }
    return DatasetCatalog.standard()
        .withContents(data.sha256())
        .map(DatasetEntry::classNames)
        .filter(names ->
            model.graph().shape(model.graph().outputs().getFirst()).equals(Shape.of(names.size())))
        .filter(names -> !namedByNumber(names))
        .map(DataRules::ofClasses)
        .orElse(DataRules.NONE);
  }

  /** Whether the names are what a class is called that has none. */
  private static boolean namedByNumber(List<String> names) {
    return IntStream.range(0, names.size())
        .allMatch(label -> names.get(label).equals(Integer.toString(label)));
  }

  /** Writes {@code run.json}, whole or not at all. */
  public void write(RunFolder folder) throws IOException {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("status", status.name().toLowerCase(Locale.ROOT));
    if (id != null) {
      tree.put("id", id);
    }
    if (workers > 1) {
      tree.put("workers", workers);
    }
    tree.put("spec", SpecTree.of(spec).toMap());
    if (!spec.pseudoLikelihood().isEmpty()) {
      tree.put("pseudo_likelihood", spec.pseudoLikelihood());
    }
    Map<String, Object> dataTree = new LinkedHashMap<>();
    dataTree.put("sha256", data.sha256());
    dataTree.put("origin", data.origin());
    dataTree.put("train", data.train());
    dataTree.put("validation", data.validation());
    dataTree.put("input_mean", data.inputMean());
    dataTree.put("input_scale", data.inputScale());
    dataTree.putAll(JSON.readValue(data.rules().json(), TREE));
    tree.put("data", dataTree);
    if (lesson != null) {
      tree.put("lesson", lesson.toMap());
    }
    if (start != null) {
      Map<String, Object> startTree = new LinkedHashMap<>();
      startTree.put("source", start.source());
      startTree.put("sha256", start.sha256());
      tree.put("start", startTree);
    }
    if (targets != null) {
      Map<String, Object> scaling = new LinkedHashMap<>();
      scaling.put("mean", targets.mean());
      scaling.put("deviation", targets.deviation());
      tree.put("targets", scaling);
    }
    tree.put("software", software);
    tree.put("last", last);
    if (outcome != null) {
      tree.put("outcome", outcome.toMap());
    }
    CheckedText.write(folder.record(), JSON.writeValueAsString(tree));
  }

  /**
   * Reads the record of a run, {@code run.json}.
   *
   * @throws RunException if there is none, naming the field that is missing or wrong, or a file of
   *     the run that is a symbolic link
   * @throws MalformedFileException if it was damaged
   */
  public static RunRecord read(RunFolder folder) throws IOException {
    folder.requireNoLinks();
    String file = folder.record().toString();
    if (!Files.exists(folder.record())) {
      throw new RunException(
          "%s is not a run: it has no %s".formatted(folder.root(), folder.record().getFileName()));
    }
    Map<String, Object> tree;
    try {
      tree = JSON.readValue(CheckedText.read(folder.record()).text(), TREE);
    } catch (MismatchedInputException e) {
      throw new RunException("%s: is not a JSON object".formatted(file));
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw new RunException(
          "%s: not valid JSON: %s%s"
              .formatted(
                  file,
                  at == null ? "" : "line %s: ".formatted(at.getLineNr()),
                  e.getOriginalMessage()
                      .replaceAll("(?s)\\s*(\\[Source|\\(start marker|\\R).*", "")));
    }
    Fields fields = new Fields(file, "", Objects.requireNonNullElse(tree, Map.of()));
    Fields data = fields.group("data");
    Map<String, String> software = new LinkedHashMap<>();
    fields.group("software").values().forEach((key, value) -> software.put(key, "" + value));
    return new RunRecord(
        status(fields),
        spec(fields),
        new Data(
            data.text("sha256"),
            data.text("origin"),
            data.count("train"),
            data.count("validation"),
            data.number("input_mean"),
            data.number("input_scale"),
            rules(data)),
        software,
        fields.group("last").values(),
        fields.values().containsKey("outcome") ? Outcome.of(fields.group("outcome")) : null,
        start(fields),
        fields.values().containsKey("lesson") ? Lesson.of(fields.group("lesson")) : null,
        fields.values().containsKey("targets") ? targets(fields.group("targets")) : null,
        fields.values().containsKey("id") ? fields.text("id") : null,
        fields.values().containsKey("workers") ? fields.count("workers") : 1);
  }

  /** Reads {@code run.json} as {@link #read} does, and says whether it has a checksum. */
  static boolean readChecked(RunFolder folder) throws IOException {
    read(folder);
    return CheckedText.read(folder.record()).checked();
  }

  /** Everything else in the group, which is how the record keeps them. */
  private static DataRules rules(Fields data) throws RunException {
    Map<String, Object> members = new LinkedHashMap<>(data.values());
    members.keySet().removeAll(DATA_KEYS);
    try {
      return new DataRules(JSON_LINE.writeValueAsString(members));
    } catch (IllegalArgumentException e) {
      throw new RunException("%s: data: %s".formatted(data.file(), e.getMessage()));
    }
  }

  private static TargetScaling targets(Fields fields) throws RunException {
    try {
      return new TargetScaling(fields.numbers("mean"), fields.numbers("deviation"));
    } catch (IllegalArgumentException e) {
      throw new RunException("%s: targets: %s".formatted(fields.file(), e.getMessage()));
    }
  }

  private static @Nullable Start start(Fields fields) throws RunException {
    if (!fields.values().containsKey("start")) {
      return null;
    }
    Fields start = fields.group("start");
    return new Start(start.text("source"), start.text("sha256"));
  }

  private static RunSpec spec(Fields fields) throws RunException {
    String source = fields.file() + ": spec";
    Map<String, Object> tree = fields.group("spec").values();
    try {
      return SpecTree.whole(tree, source).toSpec();
    } catch (SpecException e) {
      String message = String.valueOf(e.getMessage());
      throw new RunException(message.startsWith(source) ? message : source + ": " + message);
    }
  }

  private static Status status(Fields fields) throws RunException {
    String text = fields.text("status");
    for (Status status : Status.values()) {
      if (status.name().toLowerCase(Locale.ROOT).equals(text)) {
        return status;
      }
    }
    throw new RunException("%s: status '%s' is unknown".formatted(fields.file(), text));
  }
}
