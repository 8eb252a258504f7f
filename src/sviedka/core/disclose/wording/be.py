# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: RUF001  # Cyrillic letters are what this file is written in
"""What a dossier says, in Belarusian. For review by native readers: docs/glossary.md lists the doubtful words.

Presumption of innocence as in English (rule R26): «паводле паведамлення», «меркаваны», never «вінаваты». Words as in docs/glossary.md.
"""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "title": "Дасье",
    "footer": "Дапаможны тэкст для чытання. Доказы — у файлах побач. Захоўвайце яго гэтак жа канфідэнцыйна, як і іх.",
    "what": "Што гэта",
    "what.text": (
        "Гэтая справаздача пераказвае змест запісаў і дадаткаў гэтага дасье, каб іх можна было прачытаць. Сама яна "
        "не доказ і не выносіць вердыкту пра сябе: правяраюцца файлы побач, а не гэтая папера."
    ),
    "what.words": (
        "Тое, што кажуць людзі і дакументы, перадаецца як іх словы. Пра кожнага, хто ў іх названы, толькі "
        "паведамляецца або мяркуецца, што ён нешта зрабіў; тут нікога не прызнаюць вінаватым. Побач стаіць версія ўладаў. "
        "Адмаўленне не абвяргае паведамлення, а паведамленне не абвяргае адмаўлення."
    ),
    "for": "Для каго",
    "purpose": "Мэта",
    "case": "Справа",
    "desk": "Сабрала бюро",
    "checkpoint": "Журнал",
    "checkpoint.value": "запісаў: {size}",
    "as-of": "Станам на",
    "as-of.value": "{time}, паводле слоў бюро",
    "check": "Як гэта праверыць",
    "check.page": (
        "Адкрыйце verify.html у любым браўзеры без інтэрнэту, перацягніце туды гэтую папку і прачытайце вердыкт. Перад "
        "гэтым параўнайце SHA-256 файла verify.html з тым, які вам далі іншым шляхам: старонка з той самай папкі нічога "
        "не даказвае пра сябе."
    ),
    "check.hand": "Або выканайце VERIFY.md з дапамогай sha256sum, openssl і age; або: sviedka verify ПАПКА --policy ФАЙЛ.",
    "check.pin": (
        "Вердыкт «holds» магчымы толькі адносна ключоў, якія вы ведаеце з іншай крыніцы. Даведайцеся ў архіва па тэлефоне, "
        "асабіста або на яго ўласным сайце прыведзеныя ніжэй значэнні і параўнайце іх літара ў літару. Без гэтага вердыкт — "
        "«unproven»."
    ),
    "key.root": "Каранёвы ключ архіва",
    "key.log": "Ключ журнала {origin}",
    "key.page": "SHA-256 файла verify.html",
    "key.authority": "Каранёвы сертыфікат службы часу {name} ({kind}), SHA-256",
    "kind.external": "знешняя",
    "kind.internal": "унутраная: уласны гадзіннік архіва",
    "exhibits": "Дадаткі",
    "exhibits.none": "Дадаткаў няма.",
    "exhibits.columns": "Файл|Тып|Памер у байтах|Зыходная назва|Запячатана|SHA-256",
    "exhibits.shows": "Паказаныя асобы: {persons}",
    "incidents": "Пра што паведамляецца",
    "incidents.none": "У паказаным не запісана ніводнай падзеі.",
    "date": "Дата",
    "date.uncertain": "{date} (няпэўна)",
    "date.about": "прыблізна {date}",
    "date.about-uncertain": "прыблізна {date} (няпэўна)",
    "date.no-day": "{known}, дзень невядомы",
    "date.no-month": "{known}, месяц невядомы",
    "date.years": "адзін з гадоў з {first} па {last}",
    "date.from-to": "з {first} да {last}",
    "date.from-open": "з {first}; калі пра гэта расказвалі, яшчэ доўжылася",
    "date.from-unknown": "з {first}, канец невядомы",
    "date.until-open": "да {last}; пачалося раней за тое, пра што расказана",
    "date.until-unknown": "да {last}, пачатак невядомы",
    "date.or": " або ",
    "place": "Месца",
    "methods": "Сродкі, паводле паведамленняў",
    "roles": "Хто, паводле паведамленняў, там быў",
    "role.unit": "{role}: {unit}",
    "role.degree": "{role}: {who} ({degree})",
    "account": "Расповед",
    "withheld.mark": "[тут частка тэксту не паказана]",
    "reported": "Паведамляецца",
    "official": "Афіцыйная версія",
    "official.none": "Афіцыйная версія не запісана.",
    "reported.none": "Больш нічога не запісана.",
    "claim": "{predicate}: {value}.",
    "claim.denies": "Адмаўляецца: {predicate}: {value}.",
    "claim.cannot-confirm": "Не ўдалося пацвердзіць: {predicate}: {value}.",
    "claim.basis": "{basis}; верагоднасць {credibility} з 6; {status}.",
    "claim.note": "Заўвага: {note}",
    "claims.other": "Іншыя сцвярджэнні",
    "sources": "Крыніцы",
    "sources.none": "Ніводная крыніца не паказана.",
    "source.line": "[{number}] {source}, {locator}.",
    "source.reliability": "Надзейнасць {grade}: {reason}",
    "source.through": "Вядома толькі праз іншую крыніцу.",
    "source.unshown": "крыніца, якая не паказана",
    "locator.whole": "цалкам",
    "custody": "Захоўванне",
    "custody.columns": "Калі|Што|Дадатак|Падрабязнасці",
    "custody.received": "атрымана",
    "custody.sealed": "запячатана",
    "custody.opened": "адкрыта: {purpose}",
    "custody.transfer": "перададзена; хто: {giver}, каму: {taker}",
    "custody.times": "Час у гэтай табліцы — паводле гадзінніка бюро. Што даказана, стаіць у наступнай табліцы.",
    "somebody": "асоба, якая не паказана",
    "time": "Доказы часу",
    "time.text": (
        "Кожная адзнака часу кажа пра пэўную колькасць першых запісаў журнала: яны ўжо існавалі да гэтага моманту. Яна "
        "нічога не кажа пра тое, калі нешта адбылося."
    ),
    "time.columns": "Запісы журнала|Служба часу|Стан",
    "time.none": "Калі дасье збіралі, на журнале яшчэ не было адзнакі часу: доказу часу пакуль няма.",
    "time.stamped": "пастаўлена",
    "time.stamped-at": "пастаўлена, {time}",
    "time.pending": "адсутнічае: запытана {time}",
    "time.late": "адсутнічае і спазняецца: запытана {time}",
    "time.failed": "адсутнічае: адказ службы непрыдатны; запытана {time}",
    "time.uncovered": "Запісаў гэтага дасье, якіх не ахоплівае кантрольная кропка з адзнакай часу: {count}.",
    "cosigners": "Суподпісанты кантрольнай кропкі: {names}.",
    "cosigners.none": "Калі дасье збіралі, ніводная іншая арганізацыя яшчэ не суподпісала кантрольнай кропкі.",
    "consent": "Згода",
    "consent.text": (
        "Калі дасье збіралі, кожны, хто ў ім ёсць, даў дазвол на такое выкарыстанне. Людзі названыя псеўданімамі. "
        "Любое іншае выкарыстанне або перадача іншым патрабуе іх новай згоды: спытайце ў архіва."
    ),
    "consent.columns": "Асоба|Дзеля чаго|Каму|Мяжа раскрыцця|Матэрыял|Да",
    "consent.nobody": "У дасье нікога няма.",
    "until.none": "адклікання",
    "withheld": "Што не паказана",
    "withheld.none": "Няма нічога, што не паказана паводле заказу або праз адсутнасць згоды.",
    "withheld.text": "Не паказана праз адсутнасць дазволу або паводле рашэння тых, хто збіраў дасье; палічана:",
    "withheld.persons": "асобы: {count}",
    "withheld.exhibits": "дадаткі: {count}",
    "withheld.passages": "урыўкі запісаў: {count}",
    "withheld.statements": "цэлыя запісы: {count}",
    "limits": "Чаго гэтае дасье не даказвае",
    "gap": (
        "Журнал {closed} страціў канец разам з дыскам, і яго закрылі: захавана запісаў {held} з {known}, "
        "якія былі ім падпісаны, астатнія страчаныя. Яго працягвае журнал {origin}, як падпісаў корань "
        "архіва."
    ),
    "limits.complete": "Што яно поўнае. Чаго ў яго не паклалі, таго з яго не відаць.",
    "limits.time": "Калі нешта адбылося. Адзнака часу даказвае толькі, што запісы існавалі да пэўнага моманту.",
    "limits.true": "Што сказанае крыніцай — праўда. Даказана, хто што запісаў і што потым гэтага не змянялі.",
    "limits.derived": "Гэтая справаздача, выявы для прагляду і копіі з купюрамі абапіраюцца на подпіс архіва, а не на пячатку арыгінала.",
    "limits.consent": "Што згода дзейнічае дагэтуль. Пытайце ў архіва перад кожным выкарыстаннем.",
    "verify.title": "Як праверыць гэтае дасье",
    "verify.intro": (
        "Да вердыкту вядуць тры шляхі. Ніводзін не патрабуе дапамогі архіва; усе патрабуюць значэнняў, якія вы атрымалі ад яго "
        "не праз гэтую папку, а іншым шляхам. Ніякай праграмы з гэтай папкі запускаць не трэба, апрача verify.html, і то толькі "
        "калі хочаце."
    ),
    "verify.pin": "Атрымайце адбіткі ключоў іншым шляхам",
    "verify.pin.text": (
        "Хто падрабляе дасье, можа падрабіць і ключы ў ім. Таму даведайцеся ў архіва гэтыя значэнні па тэлефоне, асабіста, на "
        "яго ўласным сайце або праз агульнага знаёмага і параўнайце літара ў літару. Калі гэта немагчыма, кожны вердыкт "
        "застаецца «unproven»."
    ),
    "verify.page": "У браўзеры",
    "verify.page.text": (
        "Параўнайце SHA-256 файла verify.html са значэннем вышэй, атрыманым іншым шляхам. Потым адкрыйце яго (сетка не патрэбная), "
        "перацягніце туды гэтую папку і ўвядзіце або выберыце тое, чаму вы давяраеце."
    ),
    "verify.program": "З дапамогай праграмы",
    "verify.hand": "Уручную",
    "verify.hand.text": (
        "З дапамогай sha256sum і openssl (3.0 або навейшай), у гэтай папцы, у абалонцы POSIX. Дзе sha256sum працуе марудна, "
        "openssl dgst -sha256 дае тыя самыя хэшы."
    ),
    "verify.files": "Кожны файл такі, як у спісе",
    "verify.files.text": "Калі не надрукавана ніводнага радка, адрозненняў няма.",
    "verify.nothing-else": "Нічога не бракуе і нічога не дададзена",
    "verify.nothing-else.text": "Спісы называюць кожны файл, апрача чатырох, якія звязвае сама пячатка.",
    "verify.seal": "Пячатка",
    "verify.seal.text": (
        "Подпіс павінен прайсці праверку, а хэшы, якія друкуе sha256sum, павінны быць тымі, што ў SEAL.body. SEAL.body — гэта "
        "тэкст SEAL.txt, SEAL.sig — байты яго подпісу."
    ),
    "verify.root": "Спіс ключоў",
    "verify.root.text": (
        "Подпіс каранёвага ключа пад спісам ключоў павінен прайсці праверку, а радок у keys/root павінен быць тым значэннем, "
        "якое вы атрымалі іншым шляхам."
    ),
    "verify.listed": "Ключы — тыя, што названыя ў спісе",
    "verify.listed.text": "Пасля кожнага ключа павінен стаяць радок: радок самога каранёвага ключа або радок спіса ключоў з прызначэннем.",
    "verify.log": "Кантрольная кропка журнала",
    "verify.log.text": "Подпіс журнала пад яго памерам і каранёвым хэшам.",
    "verify.stamps": "Адзнакі часу",
    "verify.stamps.text": (
        "ROOT.pem — каранёвы сертыфікат службы часу, атрыманы іншым шляхам; яго адбітак павінен быць тым, што вышэй. Калі тэрмін "
        "сертыфіката скончыўся, дадайце -attime з момантам да яго заканчэння."
    ),
    "verify.statement": "Адзін запіс",
    "verify.statement.text": (
        "n — нумар яго радка. Подпіс павінен прайсці праверку; кожны хэш, надрукаваны пад паказанай часткай, павінен быць сярод "
        "хэшаў першага радка або сярод хэшаў часткі, ужо там знойдзенай. Калі бюро змяніла ключ, вазьміце той, які названы ў "
        "спісе ключоў."
    ),
    "verify.inclusion": "Яго месца ў журнале",
    "verify.inclusion.text": "Пасля каманд вышэй. Два апошнія надрукаваныя радкі павінны быць аднолькавыя (RFC 9162, 2.1.3.2).",
    "verify.exhibits": "Дадатак і яго запіс",
    "verify.exhibits.text": (
        "exhibits.txt называе для кожнага файла запіс (jti), які яго запячатаў; хэш павінен быць тым plain_sha256, які паказвае запіс."
    ),
    "verify.delivery": "Тое, што даслана ў зашыфраваным выглядзе",
    "verify.delivery.text": "Там тыя самыя файлы.",
    "verify.verdicts": "Што значаць словы",
    "verify.holds": "кожная частка даказана адносна таго, што вы ведаеце з іншай крыніцы.",
    "verify.unproven": "нішто не супярэчыць, але не хапае чагосьці, што б гэта даказала; у справаздачы сказана, чаго менавіта.",
    "verify.malformed": "гэта немагчыма зразумець; пра яго нічога не вядома.",
    "verify.refuted": "ёсць супярэчнасць: нешта змянілі, падрабілі або перадалі без згоды.",
    "loadfile.readme": (
        "Файлы загрузкі для праграм разгляду дакументаў, зробленыя з гэтага дасье; яны не доказ.\n\n"
        "export.dat   Concordance: палі аддзелены 0x14 і ўзяты ў 0xFE, перанос радка ў полі 0xAE, па адным байце\n"
        "             (пазіцыі Windows-1252); увесь іншы тэкст — ASCII, таму кадаванне сапсавацца не можа.\n"
        "export.csv   Тыя самыя слупкі, RFC 4180, UTF-8 без BOM.\n\n"
        "BEGDOC, ENDDOC   нумар дадатка\nNATIVEPATH       файл у гэтай папцы\nFILEEXT          пашырэнне\n"
        "FILESIZE         байты\nDOCTYPE          тып даных (media type)\nSHA256HASH       файла\nCUSTODIAN        архіў\n"
        "ITEM             ідэнтыфікатар адзінкі ў архіве\nSTATEMENT        запіс, які яе запячатаў\n"
    ),
}

WORDS: Final = {
    "BY": "Беларусь",
    "LT": "Літва",
    "PL": "Польшча",
    "RU": "Расія",
    "UA": "Украіна",
    # purposes
    "casework": "праца са справай",
    "statistics": "статыстыка",
    "publication-anonymised": "публікацыя без імёнаў",
    "publication-pseudonym": "публікацыя пад псеўданімам",
    "publication-named": "публікацыя з імем",
    "un-special-procedures": "спецыяльныя працэдуры ААН",
    "un-investigation": "расследаванне ААН",
    "prosecution-abroad": "крымінальны пераслед за мяжой",
    "international-court": "міжнародны суд",
    "domestic-authorities": "органы ўлады ўнутры краіны",
    "partner-organisations": "партнёрскія арганізацыі",
    "media": "медыя",
    "research": "даследаванні",
    "machine-learning": "машыннае навучанне",
    # recipients
    "prosecutor": "пракурор",
    "court": "суд",
    "lawyer": "адвакат",
    "journalist": "журналіст",
    "un-body": "орган ААН",
    # levels and material
    "full": "з поўным імем",
    "initials": "ініцыялы",
    "pseudonym": "псеўданім",
    "anonymous": "ананімна",
    "aggregate": "толькі ў зводных лічбах",
    "statement-text": "тэкст сведчанняў",
    "audio": "гук",
    "video": "відэа",
    "image-of-face": "выявы твару",
    "medical": "медыцынскія звесткі",
    "sexual-violence": "звесткі пра сексуальны гвалт",
    "contact": "кантакты",
    "document": "дакументы",
    # claims
    "first-hand": "з першых рук",
    "hearsay": "з чужых слоў",
    "inference": "выснова",
    "official-record": "афіцыйны дакумент",
    "expert": "эксперт",
    "accepted": "прынята",
    "conflict": "супярэчнасць",
    "work-needed": "патрабуе працы",
    "issue": "ёсць пытанні",
    "retracted": "адклікана",
    "whole": "цалкам",
    "page": "старонка",
    "paragraph": "абзац",
    "frame": "кадр",
    "clip": "фрагмент",
    "row": "радок",
    "cell": "клетка табліцы",
    "archive": "архіўная копія",
    "reported": "паводле іншай крыніцы",
    # roles and degrees
    "victim": "пацярпелы",
    "indirect-victim": "ускосна пацярпелы",
    "witness": "сведка",
    "reported-perpetrator": "меркаваны выканаўца, паводле паведамлення",
    "reported-commander": "меркаваны камандзір, паводле паведамлення",
    "official": "службовая асоба",
    "present": "прысутнасць на месцы",
    "medic": "медык",
    "helper": "памочнік",
    "direct": "непасрэдны ўдзел",
    "ordered": "аддача загаду",
    "planned": "планаванне",
    "passive-aid": "пасіўная дапамога",
    "suspected": "падазрэнне",
    "failed-to-control": "адсутнасць кантролю",
    "failed-to-act-on-knowledge": "веданне і бяздзейнасць",
    "failed-to-prevent": "непрадухіленне",
    "policy-author": "аўтарства палітыкі",
    "policy-implemented": "выкананне палітыкі",
    "politically-responsible": "палітычная адказнасць",
    "unknown": "невядома",
    # acts
    "extrajudicial-execution": "пазасудовае пакаранне смерцю",
    "crowd-control-death": "смерць падчас разгону",
    "custody-death": "смерць пад вартай",
    "torture-death": "смерць ад катаванняў",
    "medical-denial-death": "смерць праз адмову ў дапамозе",
    "attempt-on-life": "замах на жыццё",
    "assault": "напад",
    "torture": "катаванні",
    "ill-treatment": "жорсткае абыходжанне",
    "rape": "згвалтаванне",
    "sexual-assault": "сексуальны гвалт",
    "threat": "пагроза",
    "death-threat": "пагроза забойствам",
    "surveillance": "назіранне",
    "arrest": "затрыманне",
    "detention": "утрыманне пад вартай",
    "detention-conditions": "умовы ўтрымання",
    "disappearance": "знікненне",
    "abduction": "выкраданне",
    "house-arrest": "хатні арышт",
    "mass-roundup": "масавая аблава",
    "search-raid": "ператрус або рэйд",
    "exile": "выгнанне",
    "travel-ban": "забарона выезду",
    "censorship": "цэнзура",
    "internet-shutdown": "адключэнне інтэрнэту",
    "dispersal": "разгон",
    "organisation-closure": "закрыццё арганізацыі",
    "electoral-fraud": "фальсіфікацыя выбараў",
    "election-intimidation": "запалохванне на выбарах",
    "presumption-denied": "парушэнне прэзумпцыі невінаватасці",
    "counsel-denied": "недапушчэнне адваката",
    "defence-communication-denied": "забарона сувязі з абаронай",
    "unfair-trial": "несправядлівы судовы разгляд",
    "closed-trial": "закрыты судовы разгляд",
    "self-incrimination": "прымус сведчыць супраць сябе",
    "dignity-denied": "прыніжэнне годнасці",
    "space-denied": "перапоўненасць памяшкання",
    "food-denied": "пазбаўленне ежы",
    "medical-care-denied": "адмова ў медыцынскай дапамозе",
    "complaint-denied": "адмова прыняць скаргу",
    "theft": "крадзеж",
    "extortion": "вымагальніцтва",
    "confiscation": "канфіскацыя",
    "dismissal": "звальненне",
    "expulsion": "адлічэнне",
    "reprisal-for-complaint": "помста за скаргу",
    # means
    "blows-hands-feet": "удары рукамі і нагамі",
    "blows-truncheon": "удары дубінкай",
    "blows-unspecified": "удары",
    "gauntlet": "прагон скрозь строй",
    "forced-posture": "прымусовая поза",
    "forced-standing": "прымусовае стаянне",
    "forced-kneeling": "прымусовае стаянне на каленях",
    "electric-shock": "электрашок",
    "burns": "апёкі",
    "asphyxia": "удушэнне",
    "rape-with-object": "згвалтаванне прадметам",
    "sexual-threat": "пагроза сексуальнага гвалту",
    "deprivation-of-food": "пазбаўленне ежы",
    "deprivation-of-water": "пазбаўленне вады",
    "deprivation-of-sleep": "пазбаўленне сну",
    "deprivation-of-medical-care": "пазбаўленне медыцынскай дапамогі",
    "overcrowding": "перапоўненасць",
    "isolation": "ізаляцыя",
    "noise": "шум",
    "blindfold": "завязаныя вочы",
    "nakedness": "прымусовае распрананне",
    "verbal-abuse": "абразы",
    "forced-acts": "прымус да дзеянняў",
    "threats": "пагрозы",
    "death-threats": "пагрозы забойствам",
    "extreme-temperature": "спёка або холад",
    "ties": "звязванне",
    "chemical-in-cell": "хімічнае рэчыва ў камеры",
    "marking-with-paint": "пазначэнне фарбай",
    "tear-gas": "слезацечны газ",
    "live-fire": "стральба баявымі патронамі",
    "rubber-bullet": "гумавыя кулі",
    "stun-grenade": "светлашумавая граната",
    "water-cannon": "вадамёт",
    "vehicle-ramming": "наезд машынай",
    # what claims say, as in the worked example; other words stand as they were recorded
    "complaint-step": "крок скаргі",
    "injury": "цялеснае пашкоджанне",
    "course-of-events": "ход падзей",
    "name-as-spelt": "напісанне імя",
    "obstruction": "перашкоды расследаванню",
    "duration": "працягласць",
    "authenticity": "сапраўднасць",
    "state-reaction": "рэакцыя дзяржавы",
    "official-reaction": "рэакцыя ўладаў",
    "posting": "прызначэнне",
    "number-of-criminal-cases": "колькасць крымінальных спраў",
    "number-arrested": "колькасць затрыманых",
    "number-held": "колькі чалавек утрымлівалі",
    "number-of-investigations": "колькасць расследаванняў",
    "number-of-complaints": "колькасць скаргаў",
    "number-of-shots": "колькасць стрэлаў",
    "number-of-signatures": "колькасць подпісаў",
    "number-of-perpetrators": "колькасць меркаваных выканаўцаў",
    "number-of-reported-victims": "колькасць пацярпелых, паводле паведамленняў",
    "perpetrator-affiliation": "прыналежнасць меркаванага выканаўцы",
    "perpetrator-description": "апісанне меркаванага выканаўцы",
    "date-of-recording": "дата здымкі або гуказапісу",
    "date-of-death": "дата смерці",
    "cause-of-death": "прычына смерці",
    "weapon": "зброя",
    "sound-heard": "што было чуваць",
    "plan": "план",
    "pattern": "паўтаральная практыка",
    "authority-invoked": "на каго спасылаліся",
    "attribution": "каму прыпісваецца",
    "superior-present": "прысутнасць начальніка",
    "notice-to-superior": "паведамленне начальству",
    "published": "апублікавана",
    "place-of-detention": "месца ўтрымання",
    "place-after": "месца пасля гэтага",
    "persons-in-cell": "людзей у камеры",
    "order": "загад",
    "object-in-hands": "прадмет у руках",
    "intoxication": "ап’яненне",
    "conditions": "умовы",
    "condition-of-release": "умова вызвалення",
    "observation": "убачанае",
    "utterance": "сказанае",
}
