"""Plain text cut to a length where a reader would cut it: between words, at the end of a phrase, never inside a
character as it is seen (UAX 29: marks, emoji sequences, flags, jamo, conjuncts)."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_VIRAMA = 9  # the combining class of what ties two consonants into one sign
_SENTENCE_ENDS = "。！？"
_PHRASE_ENDS = "；，、"
_NOT_AT_THE_END = " \t\n,;:-–—，、；："


def shortened(text: str, limit: int) -> str:
    """Text of at most `limit` code points; `…` is the last of them where something was left out."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = _between_characters(text, limit - 1)
    return text[: _between_words(text, end)].rstrip(_NOT_AT_THE_END) + "…"


def _between_characters(text: str, end: int) -> int:
    while end > 0 and _is_one(text, end):
        end -= 1
    return end


def _is_one(text: str, at: int) -> bool:
    """Do the code points before and after `at` belong to one character as it is seen?"""
    before, after = text[at - 1], text[at]
    if after < "\u0300":
        return before == "\r" and after == "\n"
    if unicodedata.category(after)[0] == "M" or _JOINER in (before, after) or _is_modifier(after):
        return True
    if _is_flag_letter(after):
        return _flag_letters_before(text, at) % 2 == 1
    both_jamo = "\u1100" <= before <= "\u11ff" and "\u1100" <= after <= "\u11ff"
    return both_jamo or (unicodedata.combining(before) == _VIRAMA and after.isalpha())


def _is_modifier(char: str) -> bool:
    """A skin tone, or a letter in the tag of a flag."""
    return "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_letters_before(text: str, at: int) -> int:
    start = at
    while start > 0 and _is_flag_letter(text[start - 1]):
        start -= 1
    return at - start


def _between_words(text: str, end: int) -> int:
    """The best place at or somewhat before `end`; `end` itself where the text has no better one."""
    if end > 0 and _is_han_or_kana(text[end - 1]):
        return _after_phrase(text, end)
    at = end
    while at > 0 and _is_in_word(text[at]) and _is_in_word(text[at - 1]):
        at -= 1
    return at if at > end // 2 else end


def _after_phrase(text: str, end: int) -> int:
    """Chinese and Japanese may be cut anywhere; after a sentence or a phrase in the last third is better."""
    for marks in (_SENTENCE_ENDS, _PHRASE_ENDS):
        found = max(text.rfind(mark, end - end // 3, end) for mark in marks)
        if found >= 0:
            return found + 1
    return end


def _is_in_word(char: str) -> bool:
    """A letter of a script that writes spaces between words, or what stands inside such words."""
    return (char.isalnum() or char in "'’_-" or unicodedata.category(char)[0] == "M") and not _is_han_or_kana(char)


def _is_han_or_kana(char: str) -> bool:
    """Wide characters without spaces between words, punctuation included; Korean has spaces."""
    return unicodedata.east_asian_width(char) in "WF" and not "\uac00" <= char <= "\ud7a3"
