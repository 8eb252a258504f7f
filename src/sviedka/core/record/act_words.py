# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was done, how, and in which part somebody stood: the words of acts, with the HURIDOCS codes that they cross to.

Codes are of the HURIDOCS micro-thesauri (list 4 acts, list 5 methods, list 18 involvement); "new" has none there, an
empty one was not checked.
"""

from __future__ import annotations

from typing import Final

ACT_TYPES: Final = {
    "extrajudicial-execution": "01010102",
    "crowd-control-death": "01010501",
    "custody-death": "01010601",
    "torture-death": "01019001",
    "medical-denial-death": "0101900302",
    "attempt-on-life": "010109",
    "assault": "020101",
    "torture": "02011111",
    "ill-treatment": "new",
    "rape": "02011101",
    "sexual-assault": "02011103",
    "threat": "02010301",
    "death-threat": "02010302",
    "surveillance": "02010303",
    "arrest": "030101",
    "detention": "030102",
    "detention-conditions": "new",
    "disappearance": "030103",
    "abduction": "030104",
    "house-arrest": "030105",
    "mass-roundup": "030107",
    "search-raid": "040101",
    "exile": "050102",
    "travel-ban": "050106",
    "censorship": "100101",
    "internet-shutdown": "new",
    "dispersal": "new",
    "organisation-closure": "120103",
    "electoral-fraud": "170104",
    "election-intimidation": "170105",
    "presumption-denied": "350101",
    "counsel-denied": "350109",
    "defence-communication-denied": "350113",
    "unfair-trial": "350114",
    "closed-trial": "350115",
    "self-incrimination": "350118",
    "dignity-denied": "36010201",
    "space-denied": "36010202",
    "food-denied": "36010203",
    "medical-care-denied": "36010204",
    "complaint-denied": "36010206",
    "theft": "130101",
    "extortion": "130104",
    "confiscation": "130107",
    "dismissal": "3001040301",
    "expulsion": "new",
    "reprisal-for-complaint": "new",
}

METHODS: Final = {
    "blows-hands-feet": "030101",
    "blows-truncheon": "030102",
    "blows-unspecified": "0301",
    "gauntlet": "new",
    "forced-posture": "0311",
    "forced-standing": "031103",
    "forced-kneeling": "031105",
    "electric-shock": "0308",
    "burns": "0304",
    "asphyxia": "0309",
    "rape-with-object": "030502",
    "sexual-threat": "030602",
    "deprivation-of-food": "031501",
    "deprivation-of-water": "031501",
    "deprivation-of-sleep": "031502",
    "deprivation-of-medical-care": "031503",
    "overcrowding": "031905",
    "isolation": "0318",
    "noise": "031901",
    "blindfold": "031904",
    "nakedness": "032102",
    "verbal-abuse": "032101",
    "forced-acts": "032103",
    "threats": "0322",
    "death-threats": "0323",
    "extreme-temperature": "0307",
    "ties": "0317",
    "chemical-in-cell": "new",
    "marking-with-paint": "new",
    "tear-gas": "0401",
    "live-fire": "0402",
    "rubber-bullet": "new",
    "stun-grenade": "new",
    "water-cannon": "new",
    "vehicle-ramming": "new",
}

ROLES: Final = (
    "victim",
    "indirect-victim",
    "witness",
    "reported-perpetrator",
    "reported-commander",
    "official",
    "present",
    "medic",
    "lawyer",
    "helper",
)
"""Presumption of innocence (rule R26): whoever is said to have done it is *reported*, whatever a source calls them."""

VICTIMS: Final = ("victim", "indirect-victim")
"""Kept apart (rule R24), and those whose story an act is."""

DEGREES: Final = {
    "direct": "",
    "ordered": "",
    "planned": "",
    "passive-aid": "",
    "present": "",
    "suspected": "",
    "failed-to-control": "0501",
    "failed-to-act-on-knowledge": "0502",
    "failed-to-prevent": "0503",
    "policy-author": "0301",
    "policy-implemented": "04",
    "politically-responsible": "06",
    "unknown": "",
}
