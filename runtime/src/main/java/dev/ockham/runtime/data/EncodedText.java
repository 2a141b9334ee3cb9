package dev.ockham.runtime.data;

/**
 * A text as tokens.
 *
 * @param tokens numbers in the vocabulary, padding behind the last; the caller owns them
 * @param length how many of them are of the text, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record EncodedText(float[] tokens, int length) {}
