package dev.ockham.fuzz;

import dev.ockham.core.spec.Recipe;
import java.nio.charset.StandardCharsets;

/** Recipes. */
public final class RecipeTarget {

  private RecipeTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orRead(
        data, bytes -> Recipe.parse(new String(bytes, StandardCharsets.UTF_8), "recipe.yaml"));
  }
}
