/**
 * Data that are sequences: texts, which become tokens, and sounds, which become spectra. What makes
 * numbers of a single text or sound is in {@link dev.ockham.runtime.data}, so that plain Java does
 * the same with a model; here are files, vocabularies, parts and targets.
 */
@NullMarked
package dev.ockham.core.sequence;

import org.jspecify.annotations.NullMarked;
