/**
 * JSON, strict: {@link dev.ockham.runtime.json.Json} parses and writes it, {@link
 * dev.ockham.runtime.json.JsonMembers} reads a record's members and says what is wrong where,
 * {@link dev.ockham.runtime.json.JsonObjectBuilder} writes them. It knows no other package. For
 * files, and for operators, each of which reads and writes its own members.
 */
@NullMarked
package dev.ockham.runtime.json;

import org.jspecify.annotations.NullMarked;
