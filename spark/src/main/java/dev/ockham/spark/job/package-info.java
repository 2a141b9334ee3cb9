/**
 * Programs to submit: each reads its words, lets Spark work, and says in one line what went wrong.
 * Only these print.
 */
@NullMarked
package dev.ockham.spark.job;

import org.jspecify.annotations.NullMarked;
