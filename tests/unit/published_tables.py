"""Published tables of captures, by pattern of lists, with where each was printed. Patterns not named hold nobody."""

from typing import Final

import numpy as np

from sviedka.core.count.capture import CaptureTable


def table(lists: str, cells: str) -> CaptureTable:
    """Read `0110 5, …` under one letter for each list."""
    people = np.zeros(1 << len(lists), dtype=np.int64)
    for cell in cells.split(","):
        pattern, number = cell.split()
        people[int(pattern, 2)] = int(number)
    return CaptureTable(lists=tuple(lists), people=people)


# P. Ball, E. Shin and H. Yang, There may have been 14 undocumented Korean "comfort women" in Palembang (2018).
KOREA: Final = table("bcd", "001 41, 010 5, 100 5, 110 54, 101 6, 111 12")

# P. Ball, W. Betts, F. Scheuren, J. Dudukovich and J. Asher, Killings and refugee flow in Kosovo (ICTY report, 2002):
# American Bar Association and others; lists EXH, ABA, OSCE, HRW.
KOSOVO: Final = table(
    "EAOH",
    "1000 1131, 0100 845, 0010 936, 0001 306, 1100 177, 1010 228, 1001 106, 0110 217, 0101 31, 0011 123, 1110 181, 1101 18,"
    " 1011 42, 0111 32, 1111 27",
)

# B. Silverman, Modern slavery: an application of multiple systems estimation (Home Office, 2014), police and NCA merged.
UK5: Final = table(
    "LNPGU",
    "10000 54, 01000 463, 00100 995, 00010 695, 00001 316, 11000 15, 10100 19, 10010 3, 01100 62, 01010 19, 01001 1,"
    " 00110 76, 00101 11, 00011 8, 11100 1, 11010 1, 01110 4, 11110 1",
)

# K. Farrell et al., as given in Chan, Silverman and Vincent, JASA 116 (2021), table 2: victims in the western United States.
WESTERN: Final = table(
    "ABCDE",
    "10000 52, 01000 90, 00100 114, 00010 45, 00001 21, 10100 4, 10010 2, 10001 5, 01100 6, 01010 1, 00011 3, 10101 1, 01110 1",
)

# A. Chao et al., The applications of capture-recapture models to epidemiological data, Statist. Med. 20 (2001): hepatitis A.
HEPATITIS: Final = table("PQE", "111 28, 110 21, 101 17, 100 69, 011 18, 010 55, 001 63")

# G. Bruno et al., Application of capture-recapture to count diabetes, Diabetes Care 17 (1994).
DIABETES: Final = table(
    "abcd",
    "0001 10, 0010 182, 0011 8, 0100 74, 0101 7, 0110 20, 0111 14, 1000 709, 1001 12, 1010 650, 1011 46, 1100 104, 1101 18,"
    " 1110 157, 1111 58",
)

# D. Abeni, G. Brancato and C. Perucci, Capture-recapture to estimate the size of the population with HIV, Epidemiology 5 (1994).
ROME: Final = table(
    "abcd",
    "1000 403, 0100 545, 0010 621, 0001 205, 1100 33, 1010 20, 1001 6, 0110 35, 0101 10, 0011 11, 1110 3, 1101 1, 0111 3",
)

# D. Madigan and J. York, Biometrika 84 (1997): three lists of spina bifida, five lists of deaths.
SPINA_BIFIDA: Final = table("abc", "001 60, 010 49, 011 4, 100 247, 101 112, 110 142, 111 12")
FIVE_LISTS: Final = CaptureTable(
    lists=tuple("abcde"),
    people=np.array(
        [0, 27, 37, 19, 4, 4, 1, 1, 97, 22, 37, 25, 2, 1, 3, 5, 83, 36, 34, 18, 3, 5, 0, 2, 30, 5, 23, 8, 0, 3, 0, 2],
        dtype=np.int64,
    ),
)

# Chan, Silverman and Vincent, JASA 116 (2021), Artificial_3: three lists of which one meets no other.
ARTIFICIAL: Final = table("ABC", "100 40, 010 30, 001 20, 110 6")
