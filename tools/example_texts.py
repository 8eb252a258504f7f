# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: RUF001  (texts as a person would write them: long lines, three alphabets)
"""Texts of the example: what the made files say. Every one says of itself that it is invented or a paraphrase.

The three short accounts retell, in the project's own words, what an NGO briefing of January 2021 published about three
people under pseudonyms. They are teaching material, no testimony. Everything else here is made up.
"""

from __future__ import annotations

MARK_EN = "INVENTED EXAMPLE. Made by the project for trying the program out. It describes no real person or event."
MARK_BE = "ВЫДУМАНЫ ПРЫКЛАД. Зроблена праектам для праверкі праграмы. Не апісвае рэальных людзей і падзей."
MARK_RU = "ВЫМЫШЛЕННЫЙ ПРИМЕР. Создано проектом для проверки программы. Не описывает реальных людей и событий."
PARAPHRASE = (
    "PARAPHRASE, NOT A TESTIMONY. Retold by the project from a published NGO briefing of January 2021, where this person "
    "appears under a pseudonym. The casebook of this example gives document and paragraph."
)

READ_FIRST = f"""{MARK_EN}

This folder stands for what a documenter is handed one evening: notes, scans, letters, pictures, sound, an archive, a copy
of a page, the same picture twice, an empty file, names that break careless programs. FILES.md beside the folder lists
every file with its kind, its SHA-256 and how it was made.
"""

NOTE_BE = f"""{MARK_BE}

Нататка дакументатара
Дата: 1 студзеня 2021 г.
Атрымана: папка з файламі на флэшцы, запячатаная ў канверце.
Хто перадаў: валанцёр (імя не запісваецца).
Што зроблена: папка запячатана праграмай, канверт пакладзены ў сейф.
Літары для праверкі: Ґ ґ Ў ў І і Ё ё ’ — « »
"""

NOTE_RU = f"""{MARK_RU}

Памятка документатора
Дата: 1 января 2021 г.
Получено: копии ответов ведомств, без имён.
Кодировка этого файла: windows-1251, как у старых программ.
"""

ACCOUNT_1 = f"""{PARAPHRASE}

Pseudonym: Tsimur

Taken from a bus stop in Minsk early on 10 August 2020 and put into an unmarked van. Brought to a district police station,
later to the detention centre on Akrestsina lane. Struck on the head and back when he objected to a paper that he was told
to sign. Spent about 36 hours with roughly 40 others in a cell that had six beds; no food. Heard people being beaten
outside the window. Beaten with truncheons in the yard before his release on the morning of 12 August. Bruises on hips and
buttocks; three weeks until he was well again. Complained to the Investigative Committee; later left the country.
"""

ACCOUNT_2 = f"""{PARAPHRASE}

Pseudonym: Mikalai (a survivor; no relation to any official whose first name is the same)

Taken at a bus stop in Minsk on 9 August 2020, his arms twisted. At a district police station led between two rows of about
fifty officers who struck him with truncheons. Then five hours standing with his face to a wall. A cell with eight others,
no drinking water, one loaf of bread for all. The light stayed on at night. Threatened with death on 13 August. Released on
14 August. A clinic recorded an injury to the front of his right thigh and told the local police of it, as its rules
require.
"""

ACCOUNT_3 = f"""{PARAPHRASE}

Pseudonym: Viktar

Arrested in Minsk on 11 October 2020. Made to pass between two rows of about twenty officers with truncheons. Beaten again on
the way to the detention centre in Zhodzina. Held for 25 hours without food and drinking water. Fined and released on 12
October. Lodged a complaint; no investigation was known in January 2021.
"""

FORM_BLANK = """FIRST ACCOUNT FORM, BLANK. INVENTED EXAMPLE, made by the project.

1  Pseudonym (never the name)          ....................
2  Language of the conversation        be / ru / en / other
3  Consent explained, form version     ....................
4  Earlier accounts known?             no / yes, to whom: ....................
5  What happened, in the person's own words
6  What the person wants to happen with this record
7  Read back to the person?            yes / no
"""

NUMBERS_CSV = """what,figure,as_of,who says so,remark
detained since 9 August,over 27000,2020-12-04,UN High Commissioner for Human Rights,persons arrested
arrested in the four days after the election,close to 6700,2020-08-13,interior ministry,official
detainees of the year,33000,2020,a human rights watchdog,linked headline
held in one detention centre,up to 2500,2020-08-17,head of state,first days
complaints admitted,over 900,2020-09-18,state representative in Geneva,official
listed as reported victims,1373,2020-09,records seen by a news outlet,August and early September
criminal cases,657,2020-10-28,Prosecutor General,official
criminal cases,over 1000,2021-01-18,Viasna,counted from May 2020
"""

SAVED_PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Invented page, saved</title></head>
<body><p><strong>{MARK_EN}</strong></p>
<h1>A page as a browser saves it</h1>
<p lang="be">Гэтая старонка выдумана.</p>
<p>It has no script, no picture from elsewhere and no link to a real address.</p>
<table><tr><th>hour</th><th>entry</th></tr><tr><td>12:00</td><td>the invented square is empty</td></tr></table>
</body></html>
"""

POSTS_JSON = """{
  "note": "INVENTED EXAMPLE, made by the project. No real channel, no real person.",
  "channel": "invented-channel",
  "posts": [
    {"id": 1, "time": "2021-01-01T12:00:00+03:00", "text": "Example post one."},
    {"id": 2, "time": "2021-01-01T12:05:00+03:00", "text": "Прыклад допісу два.", "edited": true}
  ]
}
"""

TRACK_GPX = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="example_files.py" xmlns="http://www.topografix.com/GPX/1/1">
  <metadata><desc>INVENTED EXAMPLE: a walk round a public square that nobody took.</desc></metadata>
  <trk><name>Invented walk</name><trkseg>
    <trkpt lat="53.8958" lon="27.5470"><time>2021-01-01T09:00:00Z</time></trkpt>
    <trkpt lat="53.8964" lon="27.5482"><time>2021-01-01T09:02:00Z</time></trkpt>
    <trkpt lat="53.8955" lon="27.5490"><time>2021-01-01T09:05:00Z</time></trkpt>
  </trkseg></trk>
</gpx>
"""

SQUARE_GEOJSON = """{"type": "FeatureCollection", "features": [{"type": "Feature",
 "properties": {"name": "A public square in Minsk", "note": "INVENTED EXAMPLE, outline drawn by hand"},
 "geometry": {"type": "Polygon", "coordinates": [[[27.5450, 53.8950], [27.5500, 53.8950], [27.5500, 53.8970],
 [27.5450, 53.8970], [27.5450, 53.8950]]]}}]}
"""

SQUARE_KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>INVENTED EXAMPLE</name>
<Placemark><name>A public square in Minsk</name><Point><coordinates>27.5470,53.8958</coordinates></Point></Placemark>
</Document></kml>
"""

BODY_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 200" width="240" height="400" role="img">
<title>Blank body outline. INVENTED EXAMPLE, shows nobody.</title>
<g fill="none" stroke="#333" stroke-width="1.5"><circle cx="60" cy="24" r="14"/><path d="M60 38V110M60 52L28 92M60 52l32 40M60
110L40 180M60 110l20 70"/></g><text x="4" y="196" font-size="7" fill="#b00020">INVENTED EXAMPLE, blank</text></svg>
"""

SUBTITLES_SRT = """1
00:00:00,000 --> 00:00:02,000
INVENTED EXAMPLE

2
00:00:02,000 --> 00:00:04,000
Выдуманы прыклад
"""

SUBTITLES_VTT = """WEBVTT

NOTE INVENTED EXAMPLE, made by the project

00:00.000 --> 00:02.000
INVENTED EXAMPLE

00:02.000 --> 00:04.000
Вымышленный пример
"""

DUTY_TSV = "date\tpost\tnote\n2021-01-01\tgate 1\tINVENTED EXAMPLE\n2021-01-02\tgate 2\tno real place, no real person\n"

SERVER_LOG = "".join(
    f"2021-01-01T09:{minute:02d}:00Z INVENTED EXAMPLE line {minute} of a log that no machine wrote\n"
    for minute in range(60)
)

NOTE_MD = f"""# A documenter's page

> {MARK_EN}

- Two conversations planned, none held.
- *Do not collect twice*: look first whether the account exists.
"""

NOTE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<register note="INVENTED EXAMPLE, made by the project"><entry number="1" received="2021-01-01">blank</entry></register>
"""

NOTE_YAML = "note: INVENTED EXAMPLE, made by the project\nreceived: 2021-01-01\nboxes: [1, 2, 3]\n"

CALENDAR_ICS = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//example//invented//EN\r
BEGIN:VEVENT\r
UID:1@example.org\r
DTSTAMP:20210101T000000Z\r
DTSTART;VALUE=DATE:20210201\r
SUMMARY:INVENTED EXAMPLE: last day to answer\r
END:VEVENT\r
END:VCALENDAR\r
"""

NOTE_RTF = (
    "{\\rtf1\\ansi\\ansicpg1251\\deff0{\\fonttbl{\\f0 Times New Roman;}}\\f0\\fs24 INVENTED EXAMPLE, made by the project.\\par "
    "\\'c2\\'fb\\'ec\\'fb\\'f8\\'eb\\'e5\\'ed\\'ed\\'fb\\'e9 \\'ef\\'f0\\'e8\\'ec\\'e5\\'f0.\\par}\n"
)
