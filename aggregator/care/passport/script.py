"""Letters that the print's fonts do not have: shown in Latin letters, or named in brackets, never left blank.

The print says so in a note, and the attached document keeps the original. This is an aid for reading a name
aloud, not a transliteration standard. Where a letter's Unicode name is its sound (Indic scripts, kana, hangul)
that is used; Cyrillic, Greek, Arabic and Hebrew have small tables; Chinese characters are counted and named.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    "\u2265": ">=", "\u2264": "<=", "\u2260": "is not", "\u2192": "->", "\u2190": "<-", "\u2191": "up",
    "\u2193": "down", "\u2011": "-", "\u2012": "-", "\u2010": "-", "\u2015": "-", "\u2212": "-", "\u2032": "'",
    "\u2033": '"', "\u00b5": "micro", "\u2713": "yes", "\u2714": "yes", "\u2717": "no",
    "\u00ad": "", "\ufeff": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "",
    "\t": " ", "\u2028": " ", "\u2029": " ",
}  # fmt: skip
"""Signs, not letters: what they mean in words that cannot be misread. Invisible ones go."""

_WORD = re.compile(r"\w[\w\u0300-\u036f\u0590-\u05cf\u0600-\u06ff\u0900-\u0dff\u200c\u200d]*|\W")
_RUNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[\s\S]")
_UNITS = re.compile(r"(?<![\u0370-\u03ff])[\u03bc\u03a9](?![\u0370-\u03ff])")
_UNIT = {"\u03bc": "micro", "\u03a9": "ohm"}
"""Greek letters that stand alone are units: read as the letter, a microgram would become a milligram."""

_ALPHABETS = (
    (
        "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџ",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch * y * e yu ya i yi ye g u dj j lj nj c dz",
    ),
    ("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o"),
    (
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإؤئپچژگکیںہھٹڈڑے",
        "a b t th j h kh d dh r z s sh s d t z ' gh f q k l m n h w y a a ' a a i u i"
        " p ch zh g k y n h h t d r e",
    ),
    (
        "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
        "a b g d h v z ch t y k kh l m m n n s ' p f ts ts k r sh t",
    ),
)
"""Cyrillic, Greek, Arabic with Persian and Urdu, Hebrew: small letter -> sound; "*" is silent."""

_LETTERS = {
    letter: sound.replace("*", "")
    for letters, sounds in _ALPHABETS
    for letter, sound in zip(letters, sounds.split(), strict=True)
}
_SPOKEN = re.compile(
    r"(?:DEVANAGARI|BENGALI|GURMUKHI|GUJARATI|ORIYA|TAMIL|TELUGU|KANNADA|MALAYALAM|SINHALA|HIRAGANA|KATAKANA)"
    r"(?: SMALL)?(?: LETTER| VOWEL)(?: SMALL)?(?P<sign> SIGN)? (?P<sound>[A-Z]+)"
)
_HANGUL = re.compile(r"HANGUL SYLLABLE (?P<sound>[A-Z]+)")
_ENDS_A_SYLLABLE = ("VIRAMA", "HALANT", "AL-LAKUNA")


class Script:
    """Makes text printable with a set of fonts. ``changed`` tells whether it ever had to."""

    def __init__(self, covered: frozenset[int]) -> None:
        self._covered = covered | {0x20, 0x0A}
        self.changed = False

    def shown(self, text: str) -> str:
        """The text in letters that the fonts have. Unchanged text comes back as it is."""
        text = unicodedata.normalize("NFC", text)
        if all(ord(c) in self._covered for c in text):
            return text
        text = _UNITS.sub(lambda sign: _UNIT[sign[0]], text)
        return _WORD.sub(lambda word: self._word(word[0]), text)

    def _word(self, word: str) -> str:
        """One word, or one sign between words. Capitals throughout stay so: SHCHUKIN, not ShchUKIN."""
        if all(ord(c) in self._covered for c in word):
            return word
        made: list[str] = []
        for run in _RUNS.findall(word):
            made.append(run if all(ord(c) in self._covered for c in run) else self._other(run, made))
        whole = "".join(made)
        return whole.upper() if len(word) > 1 and word.isupper() and "[" not in whole else whole

    def _other(self, run: str, before: list[str]) -> str:
        if run in _SIGNS:
            return _SIGNS[run]
        if unicodedata.category(run[0]) in ("Cc", "Cf", "Zs", "Zl", "Zp"):
            return " "
        self.changed = True
        if len(run) > 1 or "CJK" in unicodedata.name(run, ""):
            return f"[{len(run)} Chinese character{'s' if len(run) > 1 else ''}]"
        return self._letter(run, before)

    def _letter(self, letter: str, before: list[str]) -> str:
        base = unicodedata.normalize("NFD", letter)[0]
        for small in (letter.lower(), base.lower()):
            if small in _LETTERS:
                sound = _LETTERS[small]
                return sound.capitalize() if letter.isupper() else sound
        name = unicodedata.name(letter, "")
        if name.endswith(_ENDS_A_SYLLABLE) and before and before[-1].endswith("a"):
            before[-1] = before[-1][:-1]
            return ""
        if found := _SPOKEN.match(name) or _HANGUL.match(name):
            if found.groupdict().get("sign") and before and before[-1].endswith("a"):
                before[-1] = before[-1][:-1]  # the vowel sign takes the place of the inherent a
            return found["sound"].lower()
        plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
        if plain and plain != letter and all(ord(c) in self._covered for c in plain):
            return plain
        if unicodedata.combining(letter):
            return ""  # a mark over a letter that is shown without it
        return f"[{name.lower() or f'character {ord(letter):x}'}]"
