"""Writes wordpiece.txt, what TextEncoderTest compares with, by the package tokenizers 0.23.2:

    python3 runtime/src/test/oracle/wordpiece.py

A line is lower or cased, the text with escapes as Java has them, and the numbers.
"""

from pathlib import Path

from tokenizers import BertWordPieceTokenizer

TEXTS = [
    "The soup was unbelievable!",
    "unbelievably good goodness",
    "cafe caf\u00e9 CAF\u00c9 na\u00efvely na\u00efve",
    "don't, a-b: $50.05",
    "\u6771\u4eac \u65e5\u672c \u6771\u4eac\u65e5\u672cx",
    "hello\u00a0world\u2003hello\u2028world",
    "hello\tworld\r\nhello",
    "he\u0000llo hel\u200blo wor\ufeffld \ufffdhello",
    "\u00c4pfel Apfel apfel \u00c4PFEL",
    "\u201chello\u201d\u2026 \u20ac5",
    "abc abb abbc abcabc xxx xxxx x",
    "\u039f\u0394\u039f\u03a3 \u039f\u0394\u039f\u03a3!",
    "\u0130i I\u0131",
    "zzz the zzz",
    "",
    "   ",
    "a" * 101 + " a",
    "a" * 100,
    "\uac00\ub098 \uac00 \ub098",
    "\U0001f600 soup \U0001f600good",
    "e\u0301e e\u0301",
    "ICH strasse stra\u00dfe ich\u00df",
    "!!!??",
    "hello_world hello^world `a~b|a",
    "unbelievable unbelievable unbelievable unbelievable unbelievable",
    "\ud55c soup\u3000good",
    "\U00020000a",
]


def escaped(text):
    units = text.encode("utf-16-be")
    codes = [units[i] << 8 | units[i + 1] for i in range(0, len(units), 2)]
    return "".join(chr(c) if 32 <= c < 127 and c not in (92, 124) else "\\u%04x" % c for c in codes)


DATA = Path(__file__).parents[1] / "resources/dev/ockham/runtime/data"

with open(DATA / "wordpiece.txt", "w", encoding="ascii") as out:
    for lower in (True, False):
        tokenizer = BertWordPieceTokenizer(str(DATA / "wordpiece-vocab.txt"), lowercase=lower)
        tokenizer.enable_truncation(12)
        for text in TEXTS:
            numbers = " ".join(map(str, tokenizer.encode(text).ids))
            print("%s|%s|%s" % ("lower" if lower else "cased", escaped(text), numbers), file=out)
