# SPDX-License-Identifier: AGPL-3.0-or-later
"""Surnames whose Belarusian and Russian forms differ by more than spelling: Лявонаў and Леонов. Data.

A row is the beginning of the Belarusian form and of the Russian one. A name that begins as the first gets a second key, as if
it were written as the second; its own key stays.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from sviedka.core.count.names.skeleton import surname_skeleton
from sviedka.core.count.names.sounds import readings

if TYPE_CHECKING:
    from collections.abc import Mapping

STEMS: Final = """
лявон леон
мікал никол
мікіц никит
мікіт никит
мікіф никиф
рыгор григор
рыгар григор
ваўко волко
воўк волк
ваўч волч
таўст толст
доўг долг
даўг долг
жоўт желт
жаўт желт
шаўк шелк
шоўк шелк
маўч молч
поўх полх
піліп филип
яўхім ефим
трухан трофан
трахім трофим
хведар федор
хвядос феодос
хвядзю федю
хвясько феско
апанас афанас
панас афанас
хама фома
хамі фоми
хамен фомен
хамч фомч
астап евстаф
юзаф иосиф
восіп иосиф
язэп иосиф
сымон симон
тодар федор
ціхан тихон
лаўрын лаврен
стэфан степан
зміцер дмитр
цімох тимоф
цімаш тимош
чырв черв
"""


@cache
def _pairs() -> Mapping[str, str]:
    """Return skeleton of the Belarusian beginning to that of the Russian, where they differ."""
    rows = (line.split() for line in STEMS.split("\n") if line)
    pairs = {_beginning(be): _beginning(ru) for be, ru in rows}
    return {be: ru for be, ru in pairs.items() if be != ru}


@cache
def _lengths() -> tuple[int, ...]:
    return tuple(sorted({len(stem) for stem in _pairs()}, reverse=True))


def find_other_skeleton(skeleton: str) -> str | None:
    """Return the skeleton of the Russian form of a surname whose Belarusian form is irregular, if it is one."""
    pairs = _pairs()
    for length in _lengths():
        beginning = skeleton[:length]
        if beginning in pairs:
            return pairs[beginning] + skeleton[length:]
    return None


def _beginning(text: str) -> str:
    """Skeleton of a beginning: a last vowel belongs to it, so a consonant is added while the rules work."""
    return surname_skeleton(readings(text + "р")[0])[:-1]
