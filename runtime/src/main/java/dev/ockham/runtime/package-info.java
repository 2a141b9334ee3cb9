/**
 * Where a program that uses a model begins: {@link dev.ockham.runtime.Predictor}.
 *
 * <p>What it is made of is in the packages below: files, graphs, rules of data, plans.
 */
@NullMarked
package dev.ockham.runtime;

import org.jspecify.annotations.NullMarked;
