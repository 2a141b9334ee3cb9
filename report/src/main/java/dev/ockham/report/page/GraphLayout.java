package dev.ockham.report.page;

import dev.ockham.core.inspect.NetworkFacts;
import dev.ockham.core.inspect.NodeFacts;
import dev.ockham.runtime.graph.Input;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.elk.alg.layered.options.LayeredMetaDataProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkLabel;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;
import org.jspecify.annotations.Nullable;

/**
 * Where the nodes and lines of a network go on paper, from inputs at the top to outputs at the
 * bottom, in pixels; by the layered layout of the Eclipse Layout Kernel. Equal networks are laid
 * out alike.
 *
 * @param boxes one for each input, node and output
 * @param lines one for each value that a box reads
 * @param width of all of it
 * @param height of all of it
 */
record GraphLayout(List<Box> boxes, List<Line> lines, double width, double height) {

  /** Height of a box. */
  static final double BOX_HEIGHT = 42;

  private static final double LETTER = 6.9;
  private static final double SMALL_LETTER = 6.2;
  private static final double LABEL_LETTER = 7.2;
  private static final double MARGIN = 22;
  private static final double LEAST_WIDTH = 76;
  private static final double SPACING = 18;
  private static final double BETWEEN_LAYERS = 20;
  private static final double PADDING = 16;

  /**
   * A box.
   *
   * @param what it stands for
   * @param x of its left side
   * @param y of its upper side
   * @param width of it
   */
  record Box(Label what, double x, double y, double width) {}

  /**
   * What a box says.
   *
   * @param name of the node, input or output
   * @param title its first line
   * @param detail its second line
   * @param style of the box, a word
   * @param node what is known of it; null for inputs and outputs
   */
  record Label(String name, String title, String detail, String style, @Nullable NodeFacts node) {}

  /**
   * A line from one box to another.
   *
   * @param points alternating x and y, at least two points
   * @param shape of the value, beside it
   * @param x of the left side of that text
   * @param y of its upper side
   */
  record Line(List<Double> points, String shape, double x, double y) {}

  /** Lays a network out. */
  static GraphLayout of(NetworkFacts network) {
    return new Drawing(network).laidOut();
  }

  /** A network on its way through the layout. */
  private static final class Drawing {
    private final NetworkFacts network;
    private final ElkNode root = ElkGraphUtil.createGraph();
    private final Map<String, ElkNode> producers = new HashMap<>();
    private final Map<String, String> shapes = new HashMap<>();
    private final Map<ElkNode, Label> labels = new HashMap<>();

    Drawing(NetworkFacts network) {
      this.network = network;
    }

    GraphLayout laidOut() {
      LayoutMetaDataService.getInstance()
          .registerLayoutMetaDataProviders(new LayeredMetaDataProvider());
      root.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
      root.setProperty(CoreOptions.DIRECTION, Direction.DOWN);
      root.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
      root.setProperty(CoreOptions.SPACING_NODE_NODE, SPACING);
      root.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, BETWEEN_LAYERS);
      root.setProperty(CoreOptions.PADDING, new ElkPadding(PADDING));
      for (Input input : network.inputs()) {
        shapes.put(input.name(), input.shape().toString());
        box(new Label(input.name(), input.name(), "input " + input.shape(), "end", null));
      }
      for (NodeFacts node : network.nodes()) {
        add(node);
      }
      network
          .outputs()
          .forEach((name, shape) -> {
            ElkNode box = box(new Label(name, name, "output " + shape, "end", null));
            line(Objects.requireNonNull(producers.get(name), name), box, name);
          });
      new RecursiveGraphLayoutEngine().layout(root, new BasicProgressMonitor());
      return new GraphLayout(boxes(), lines(), root.getWidth(), root.getHeight());
    }

    private void add(NodeFacts node) {
      String operator = node.operator().replace('_', ' ');
      String style = node.family().words();
      String detail = node.settings().isEmpty() ? operator : operator + " " + node.settings();
      ElkNode box = box(new Label(node.name(), node.name(), detail, style, node));
      for (String input : node.inputs()) {
        line(Objects.requireNonNull(producers.get(input), input), box, input);
      }
      producers.put(node.name(), box);
      shapes.put(node.name(), node.shape().toString());
    }

    private ElkNode box(Label label) {
      ElkNode box = ElkGraphUtil.createNode(root);
      double text =
          Math.max(label.title().length() * LETTER, label.detail().length() * SMALL_LETTER);
      box.setDimensions(Math.max(LEAST_WIDTH, Math.rint(text + MARGIN)), BOX_HEIGHT);
      producers.putIfAbsent(label.name(), box);
      labels.put(box, label);
      return box;
    }

    private void line(ElkNode from, ElkNode to, String value) {
      ElkEdge edge = ElkGraphUtil.createSimpleEdge(from, to);
      String shape = Objects.requireNonNull(shapes.get(value), value);
      ElkLabel label = ElkGraphUtil.createLabel(shape, edge);
      label.setDimensions(shape.length() * LABEL_LETTER + 3, 12);
    }

    private List<Box> boxes() {
      List<Box> boxes = new ArrayList<>();
      for (ElkNode box : root.getChildren()) {
        Label label = Objects.requireNonNull(labels.get(box));
        boxes.add(new Box(label, box.getX(), box.getY(), box.getWidth()));
      }
      return boxes;
    }

    private List<Line> lines() {
      List<Line> lines = new ArrayList<>();
      for (ElkEdge edge : root.getContainedEdges()) {
        List<Double> points = new ArrayList<>();
        for (ElkEdgeSection section : edge.getSections()) {
          points.addAll(List.of(section.getStartX(), section.getStartY()));
          for (ElkBendPoint bend : section.getBendPoints()) {
            points.addAll(List.of(bend.getX(), bend.getY()));
          }
          points.addAll(List.of(section.getEndX(), section.getEndY()));
        }
        ElkLabel label = edge.getLabels().getFirst();
        lines.add(new Line(points, label.getText(), label.getX(), label.getY()));
      }
      return lines;
    }
  }
}
