# SPDX-License-Identifier: AGPL-3.0-or-later
"""Given names in Belarusian, Russian and Latin letters with their short forms: data, and nothing about anybody.

A row is `id | sex | be | ru | Latin | short forms`. The Latin column has only what does not follow from the Cyrillic by a
romanisation (English, Polish, German, French forms); short forms are of any language, and one that stands in several rows
belongs to several names. Rows were written by the project from general knowledge of the three languages; a native reader
who finds one wrong changes it here, and `KEY_VERSION` with it.
"""

from __future__ import annotations

from typing import Final

MEN: Final = """
adam|Адам|Адам||Адась Адамка
adryan|Адрыян|Адриан Андриян|Adrian|
akim|Акім Якім|Аким Яким Иоаким|Joachim|Акімка
aleh|Алег|Олег|Oleg|Алежка Олежка Олежек
aliaksandr|Аляксандр Александр|Александр|Alexander Alexandre Aleksander|Алесь Сашка Саша Саня Шура Шурик Шурык Санёк Алік Алик Alex Sacha
aliaksei|Аляксей|Алексей|Alexis Alexey Alexei|Алесь Лёша Лёха Алёша Лёшка Алёшка Лекса
alfred|Альфрэд|Альфред|Alfred|
anatol|Анатоль Анатолій|Анатолий|Anatole|Толя Толік Толик Тоўля
andrei|Андрэй|Андрей|Andrew Andrei Andrzej Andreas|Андрэйка Андрюша Андрюха Андрусь Андрук
anisim|Анісім|Анисим Онисим||Анісімка
anton|Антон Антоній|Антон Антоний|Anthony Antoni Antoine|Антось Антоша Тоша
apanas|Апанас Афанасій|Афанасий Афанас|Athanasius|Панас Афоня
arkadz|Аркадзь Аркадзій|Аркадий|Arcadius|Аркаша
arsen|Арсен Арсень Арсеній|Арсений Арсен|Arsenius|Арсюша Сеня
artur|Артур|Артур|Arthur|Артурчык
arciom|Арцём Арцемій|Артём Артемий|Artem Artyom|Тёма Арцемка
arkhip|Архіп|Архип||
auhustsin|Аўгусцін|Августин|Augustine|
auram|Аўрам Абрам|Авраам Абрам|Abraham|
aurel|Аўрэлій|Аврелий|Aurelius|
bahdan|Багдан|Богдан||Бодя Багданка
barys|Барыс|Борис||Боря Барыска Бориска
basil|Базыль|Базиль|Basil|
benedykt|Бенядзікт|Бенедикт|Benedict|
branislau|Браніслаў|Бронислав|Bronislaw|Бронік Броня
cimafei|Цімафей Цімох|Тимофей|Timothy|Тима Цімка Тимоша
cimur|Цімур|Тимур|Timur|
cikhan|Ціхан|Тихон||Тиша
cit|Ціт|Тит|Titus|
daniil|Даніла Даніл Данііл|Даниил Данила Данил|Daniel|Даня Данік Даник
darafei|Дарафей|Дорофей|Dorotheus|
davyd|Давыд Давід Даўд|Давид Давыд|David|Додик
demian|Дзям'ян Даміян|Демьян Дамиан|Damian|Дёма
dzianis|Дзяніс|Денис|Dennis Denys|Дзеня Дениска Денчик
dzmitry|Дзмітрый|Дмитрий Димитрий|Demetrius Dmitri Dmitry|Зміцер Зьміцер Дзіма Дима Димка Митя Міця Митька Дзімка Змітрок
eduard|Эдуард|Эдуард|Edward|Эдзік Эдик
emil|Эміль|Эмиль|Emile|
erazm|Эразм|Эразм|Erasmus|
eryk|Эрык|Эрик|Eric|
fiodar|Фёдар Тодар Хведар|Фёдор Федор Феодор|Theodore|Федзя Федя Хведзька Тодар
filip|Філіп Піліп|Филипп Филип|Philip Philippe|Филя Піліпка
florian|Фларыян|Флориан|Florian|
frants|Францішак Франц|Франциск Франц|Francis Franciszek Franz|Франек Франусь
hanadz|Генадзь Генадзій|Геннадий|Gennady Guennadi|Гена Генка
harasim|Гарасім Герасім|Герасим|Gerasimus|
hauryla|Гаўрыла Гаўрыіл Габрыэль|Гавриил Гаврила|Gabriel|
heorhi|Георгій Георгі|Георгий|George Georges Georg|Жора Гоша Гога
herman|Герман|Герман|Herman|Гера
hleb|Глеб|Глеб||Глебка
hryhory|Рыгор Грыгорый|Григорий|Gregory Grzegorz|Гриша Грыша Рыгорка Грышка
ihar|Ігар|Игорь|Igor|Гарык Ігарок Игорёк
ihnat|Ігнат Ігнацій|Игнат Игнатий|Ignatius Ignacy|Ігнась
illarion|Іларыён Ларывон|Илларион Иларион|Hilarion|
illia|Ілья Ілля|Илья|Elias|Ілюша Илюша Ілюха
inakenci|Інакенцій|Иннокентий|Innocent|Кеша
ipat|Іпат Іпацій|Ипат Ипатий||
ivan|Іван Ян|Иван|John Johann|Ваня Янка Ясь Іванка Ванька Вань Янук
iosif|Іосіф Язэп Юзаф Ёсіф|Иосиф Осип|Joseph Jozef|Юзік Язэпка Ося Восіп Юзэф
isak|Ісак Ісаак|Исаак Исак|Isaac|
izmail|Ізмаіл|Измаил|Ishmael|
kanstancin|Канстанцін Кастусь|Константин|Constantine Konstantin|Косця Костя Костик Косцік
karl|Карл Караль|Карл Кароль|Charles Karol|
karnei|Карней Карнелій|Корней Корнелий|Cornelius|
kazimir|Казімір|Казимир|Casimir Kazimierz|Казік Казюк
kiryl|Кірыла Кірыл|Кирилл Кирил|Cyril|Кірык Кирюша Кірыльчык
kliment|Клімент Клім Кліменцій|Климент Клим|Clement|
kandrat|Кандрат Кандрацій|Кондрат Кондратий||Кандраша
kasyan|Касьян|Касьян Кассиан|Cassian|
kuzma|Кузьма|Кузьма Козьма|Cosmas|
laurenci|Лаўрэн Лаўрэнцій Лаўрын|Лаврентий|Lawrence Laurent|Лаўрук
lazar|Лазар|Лазарь|Lazarus|
leu|Леў|Лев|Leo|Лёва Лёвушка
leanid|Леанід|Леонид|Leonid Leonidas|Лёня Лёнька Лёник
lavon|Лявон Лявонцій Леон|Леон Леонтий Левон|Leontius|Лёнік
luka|Лука Лукаш|Лука|Luke Lukas Lukasz|
lukjan|Лук'ян|Лукьян Лукиан|Lucian|
ludvik|Людвік|Людвиг|Ludwig Louis|
makar|Макар Макарый|Макар Макарий|Macarius|Макарка
maksim|Максім|Максим|Maxim Maxime Maximus|Макс Максімка Максик
maksimilian|Максіміліян|Максимилиан|Maximilian|
marat|Марат|Марат|Marat|
marcin|Марцін|Мартин Мартын|Martin Marcin|
mark|Марк|Марк|Mark Marc Marcus|Марка Марик
marjan|Мар'ян|Марьян Мариан|Marian|
matvei|Мацвей Матвей Мацей|Матвей|Matthew Mateusz Maciej|Мотя
mikalai|Мікалай|Николай|Nicholas Nikolaus Nicolas Mikolaj|Мікола Коля Мікалайка Колька Міколка Коленька Колян Mikola Nick
mikhail|Міхаіл|Михаил|Michael Michel|Міхась Міша Миша Міхал Мишка Мішка Міхалка Михаська Mikhas
mikita|Мікіта|Никита|Nicetas|Нікіта Мікітка
mikifar|Мікіфар|Никифор|Nicephorus|
miron|Мірон|Мирон|Myron|
mitrafan|Мітрафан|Митрофан|Metrophanes|
mscislau|Мсціслаў|Мстислав||Слава
maisei|Майсей Маісей|Моисей|Moses|
nazar|Назар Назарый|Назар Назарий||Назарка
navum|Навум|Наум|Nahum|
nestar|Нестар|Нестор|Nestor|
nikan|Нікан|Никон||
nikanor|Ніканор|Никанор|Nicanor|
pavel|Павел Паўла|Павел|Paul Pawel Pavlo|Паша Паўлюк Пашка Павлик Паўлік
pankrat|Панкрат|Панкрат Панкратий|Pancras|
pantsialei|Панцялей|Пантелей Пантелеймон|Pantaleon|
parfen|Парфён Парфен|Парфён Парфений||
piotr|Пётр Пятро|Пётр Петр|Peter Pierre Piotr|Пеця Петя Пятрок Пятрусь Петька
platon|Платон|Платон|Plato|
prakop|Пракоп|Прокоп Прокопий|Procopius|
prokhar|Прохар|Прохор||
radzivon|Радзівон Радыён|Родион|Rodion|Родя Радзік
rafail|Рафаіл Рафал|Рафаил|Raphael Rafal|
raman|Раман|Роман|Roman|Рома Ромка Рамусь
rascislau|Расціслаў|Ростислав||Слава Ростик
ramuald|Рамуальд|Ромуальд|Romuald|
rudolf|Рудольф|Рудольф|Rudolph|Рудзік Рудик
ruslan|Руслан|Руслан||Русік Русик
ryhard|Рышард Рычард|Ричард Рышард|Richard Ryszard|
samson|Самсон|Самсон Сампсон|Samson|
samuil|Самуіл Самуэль Саламон|Самуил|Samuel|
sava|Сава|Савва Сава|Sabbas|
saveli|Савелій Савель|Савелий|Sabellius|Сава
sciapan|Сцяпан Стэфан|Степан Стефан|Stephen Steven Stefan Etienne|Стёпа Сцёпа Стёпка
siamion|Сямён|Семён Семен Симеон|Simeon|Сёма Сеня Сёмка Сёмачка
siarhei|Сяргей Сергій|Сергей Сергий|Serge Sergius Serguei|Серёжа Сярожа Сярожка Серёга Сярога Sergio
sidar|Сідар|Сидор Исидор|Isidore|
sila|Сіла|Сила|Silas|
silvester|Сільвестр|Сильвестр|Sylvester|
spiridon|Спірыдон|Спиридон|Spyridon|Свірыд
stanislau|Станіслаў|Станислав|Stanislas Stanislaus|Стась Стас Стасік Славік Стасик Слава
svyataslau|Святаслаў|Святослав||Слава
symon|Сымон|Симон|Simon|Сымонка
tadevush|Тадэвуш|Тадеуш Фаддей|Thaddeus Tadeusz|Тадзік
taras|Тарас|Тарас||Тарасік
trafim|Трафім Трахім|Трофим|Trophimus|
uladzimir|Уладзімір Уладзімер|Владимир|Vladimir Wladimir|Валодзя Володя Вова Вовка Воўка Влад Улад Уладзік
uladzislau|Уладзіслаў|Владислав|Ladislaus|Уладзік Влад Владик Улад Слава Уладзя
usevalad|Усевалад|Всеволод||Сева
vadzim|Вадзім|Вадим|Vadim|Вадзік Вадик Дзіма Дима
vakul|Вакула|Вакула||
vaclau|Вацлаў|Вацлав|Wenceslas Vaclav|Вацак
valer|Валер Валерый|Валерий|Valerius Valery|Валера Валерка
valancin|Валянцін|Валентин|Valentine|Валя Валік Валик
valdemar|Вальдэмар|Вальдемар|Waldemar|
vasil|Васіль|Василий|Vasily Basilius|Вася Васіль Васька Базыль Васёк
venyamin|Веніямін|Вениамин|Benjamin|Веня
viachaslau|Вячаслаў|Вячеслав||Слава Славік Славик
vikenci|Вікенцій Вінцэнт Вінцусь|Викентий Винцент|Vincent|Вінцук
viktar|Віктар|Виктор|Victor|Віця Витя Вітусь Виктор Віцёк
vilen|Вілен|Вилен||
vilhelm|Вільгельм|Вильгельм|William Wilhelm|
vitali|Віталь Віталій|Виталий|Vitalis Vitaly|Віталік Виталик Віця Виталя
vitaut|Вітаўт Вітаўтас|Витовт Витаутас|Vytautas|
ulas|Улас|Влас Власий|Blaise|
vseslau|Усяслаў|Всеслав||Слава
yahor|Ягор|Егор||Ягорка Егорка Жора Гоша
yaraslau|Яраслаў|Ярослав||Ярык Славік Слава Ярик
yakau|Якаў Якуб|Яков Иаков Якуб|Jacob James Jakub Jacques|Яша Якубка
yauhen|Яўген Яўгеній|Евгений|Eugene Eugen|Жэня Женя Жэнька Женька Яўгенка
yausei|Яўсей|Евсей|Eusebius|
yafim|Яфім Яўхім|Ефим|Euthymius Yefim|Фима
yaudakim|Еўдакім Аўдакім|Евдоким||
yanuary|Януарый|Януарий|Januarius|
yarema|Ярэма Ерамей Ярома|Ерёма Еремей|Jeremiah Jeremy|
yarmola|Ярмола Ермалай|Ермолай|Hermolaus|
yarmak|Ярмак|Ермак||
yury|Юрый Юры|Юрий|Yury Yuri Jerzy|Юра Юрась Юрка Юрачка Юрик Юрык Jura
yulian|Юльян Юліян|Юлиан Юлий|Julian Julius|Юлік
yustyn|Юстын|Юстин|Justin|Юсцін
zakhar|Захар Захарый|Захар Захарий|Zachary|Захарка
zinovi|Зіновій|Зиновий||
zianon|Зянон|Зенон|Zenon|
zyhmunt|Жыгімонт Зыгмунт|Сигизмунд Зигмунд|Sigismund Zygmunt|
yan|Ян|Ян|Jan|Янак Яначка Янка Ясь
khryscijan|Хрысціян|Христиан Кристиан|Christian|
kupryyan|Купрыян|Куприян Киприан|Cyprian|
leapold|Леапольд|Леопольд|Leopold|
renat|Рэнат|Ренат|Renat|
rustam|Рустам|Рустам||
ramzan|Рамзан|Рамзан||
aslan|Аслан|Аслан||
murad|Мурад|Мурад||
ali|Алі|Али||
akhmed|Ахмед|Ахмед|Ahmed Ahmad|
"""

WOMEN: Final = """
ada|Ада|Ада||
ahata|Агата|Агата Агафья|Agatha|
ahnia|Агнія|Агния|Agnia|
ahnieshka|Агнешка|Агнесса Агнешка|Agnes Agnieszka|
akulina|Акуліна|Акулина|Aquilina|Куліна
alena|Алена Хэлена|Елена Алёна Алена|Helen Helena Helene Olena|Лена Леначка Аленка Лёля Алёнушка
alesia|Алеся Леся|Алеся Олеся||Леся Алеська
alina|Аліна|Алина||Алінка Аля
alisa|Аліса|Алиса|Alice|Аля
alla|Ала Алла|Алла||Алачка
aliaksandra|Аляксандра|Александра|Alexandra|Саша Шура Сашка Алеся Саня Леся Sasha
albina|Альбіна|Альбина||Аля
anastasia|Анастасія Настасся|Анастасия|Anastasia|Насця Настя Настасся Стася Наста Настачка
anhelina|Ангеліна Анжаліка|Ангелина Анжелика Анжела|Angelina Angela|Анжэла Геля
hanna|Ганна Анна|Анна|Anne Ann Hannah|Аня Ганначка Анька Ганка Ганулька Нюра Нюта Гануся Hania
antanina|Антаніна|Антонина|Antonina|Тоня Тоська
anzhalika|Анжаліка|Анжелика|Angelica|Анжэла
aryna|Арына|Арина||Арынка Арыша
aksana|Аксана Ксана|Оксана Аксана||Ксюша Аксанка
aksinnia|Аксіння|Аксинья||Аксюта
auhustsina|Аўгусціна|Августина|Augustina|
branislava|Браніслава|Бронислава||Броня
barbara|Барбара Варвара|Варвара|Barbara|Варя Бася Барбарка
darya|Дар'я Дарыя|Дарья|Daria|Даша Дашка Дар'юшка
dyana|Дыяна|Диана|Diana|
dzina|Дзіна|Дина||
dominika|Дамініка|Доминика|Dominica|
eva|Ева|Ева|Eve|Эва Еўка
edzita|Эдзіта|Эдита|Edith|
eleanora|Элеанора|Элеонора|Eleanor|Эля Нора
elvira|Эльвіра|Эльвира||Эля
elza|Эльза|Эльза|Elsa|
ema|Эма|Эмма|Emma|
emiliia|Эмілія|Эмилия|Emily|Эмма
ernestsina|Эрнэсціна|Эрнестина|Ernestine|
evelina|Эвеліна|Эвелина|Evelyn|
faina|Фаіна|Фаина||Фая
fiokla|Фёкла Тэкля|Фёкла|Thecla|
halina|Галіна|Галина||Галя Галка Галінка
hertruda|Гертруда|Гертруда|Gertrude|
hrazhyna|Гражына|Гражина|Grazyna|
iaanna|Іаана|Иоанна|Joanna Jane|
ida|Іда|Ида||
ina|Іна Інна|Инна||Іначка
inesa|Інэса|Инесса|Ines|
inha|Інга|Инга|Inga|
irena|Ірэна|Ирена|Irena|
iryna|Ірына|Ирина|Irene|Іра Ира Ірка Ірачка Ириша
iskra|Іскра|Искра||
izabela|Ізабела|Изабелла|Isabel Isabella|Іза
iia|Ія|Ия||
kamila|Каміла|Камилла|Camilla|
karalina|Караліна|Каролина|Caroline|
kaciaryna|Кацярына|Екатерина Катерина|Catherine Katherine Katharina|Каця Катя Кацька Кася Катюша Kate Katia
kira|Кіра|Кира|Cyra|
klara|Клара|Клара|Clara|
klaudzia|Клаўдзія|Клавдия|Claudia|Клава
krystsina|Крысціна Хрысціна|Кристина|Christina|Крыся
ksenia|Ксенія|Ксения|Xenia|Ксюша Ксеня Ксюта
larysa|Ларыса|Лариса|Larissa|Лара Лорка
lada|Лада|Лада||
lidzia|Лідзія|Лидия|Lydia|Ліда Лида Лідка
lilia|Лілія Ліля|Лилия|Lily Lilian|Ліля Лиля
liudmila|Людміла|Людмила||Люда Люся Мила Людка Людачка
liubou|Любоў|Любовь||Люба Любаша
lizaveta|Лізавета Элізабет Альжбета|Елизавета|Elizabeth Elisabeth|Ліза Лиза Лізка
luiza|Луіза|Луиза|Louise|
lukeria|Лукер'я|Лукерья||
maia|Мая Майя|Майя Мая|Maya|
malanna|Малання|Маланья|Melania|
marharyta|Маргарыта|Маргарита|Margaret Margarita|Рыта Рита
maria|Марыя Мар'я|Мария Марья|Mary Marie|Маша Маня Марыся Машка Маруся Мар'юшка Марылька Машачка
maryna|Марына|Марина|Marina|Мара Марынка Маришка
marta|Марта|Марта Марфа|Martha|
marfa|Марфа|Марфа||
maryana|Мар'яна|Марьяна Марианна|Mariana Marianne|
milana|Мілана|Милана||Міла
nadzeia|Надзея|Надежда|Nadezhda|Надзя Надя Надзейка
natallia|Наталля Наталія|Наталья Наталия|Natalie Natalia|Ната Наташа Наталка Наташка
nelia|Неля|Нелли Неля|Nelly|
nika|Ніка|Ника||
nina|Ніна|Нина||Нінка Нінуля
nonna|Нона|Нонна||
olimpia|Алімпія|Олимпиада Олимпия|Olympia|
palina|Паліна Апалонія|Полина Аполлинария|Pauline Paulina|Поля Полінка
paulina|Паўліна|Павлина|Paulina|
paraskeva|Параска Праскоўя|Прасковья Параскева|Paraskeva|Параска Паша
pelaheia|Пелагея Палагея|Пелагея|Pelagia|
raisa|Раіса|Раиса|Raisa|Рая Райка
rahneda|Рагнеда|Рогнеда||
rehina|Рэгіна|Регина|Regina|
rymma|Рыма|Римма||
ruzha|Ружа Роза|Роза|Rose Rosa|Ружанка
ruslana|Руслана|Руслана||
safia|Сафія Соф'я Зоф'я|София Софья|Sophia Sophie Zofia|Соня Зося Сонька
salameia|Саламея|Саломея|Salome|
serafima|Серафіма|Серафима|Seraphima|Сіма
siuzana|Сюзана Зузана|Сюзанна|Susanna Susan|
sniazhana|Сняжана|Снежана||Сняжка
stanislava|Станіслава|Станислава||Стася Слава
stefania|Стэфанія Сцепаніда|Стефания Степанида|Stephanie|Стэфа
sviatlana|Святлана|Светлана|Svetlana|Света Святланка Светка Ланка
taisa|Таіса Таісія|Таисия Таиса|Thais|Тая
tamara|Тамара|Тамара||Тома Тамарка
tacciana|Таццяна Тацяна|Татьяна|Tatiana|Таня Танюша Танька Тацянка
tereza|Тэрэза|Тереза|Theresa Teresa|
uladzislava|Уладзіслава|Владислава||Влада Улада Слава
ulita|Уліта|Улита Иулитта|Julitta|
uliana|Ульяна Уляна|Ульяна|Juliana|Уля Улька
usciniia|Усціння|Устинья|Justina|
valeryia|Валерыя|Валерия|Valeria Valerie|Лера Валера Лерка
valiantsina|Валянціна|Валентина|Valentina|Валя Валюша
vanda|Ванда|Ванда|Wanda|
vasilina|Васіліна|Василина||Вася
vasilisa|Васіліса|Василиса||Вася
vera|Вера|Вера||Верка Верачка
veranika|Вераніка|Вероника|Veronica|Вера Ніка Верочка
viktoryia|Вікторыя|Виктория|Victoria|Віка Вика Вікуся
vialeta|Віялета|Виолетта|Violet Violetta|Віола
vitaliia|Віталія|Виталия|Vitalia|
volha|Вольга|Ольга|Olga|Оля Вольгачка Ольга Волька Олька
yadviha|Ядвіга|Ядвига|Hedwig Jadwiga|Ядзя
yana|Яна|Яна|Jana|Янка Янкачка
yanina|Яніна|Янина|Janina|Яня
yaraslava|Яраслава|Ярослава||Слава
yauhenia|Яўгенія|Евгения|Eugenia|Жэня Женя Яўгенька
yauha|Еўфрасіння Фрасіння|Евфросинья Ефросинья|Euphrosyne|Фрося
yaudakia|Еўдакія Аўдоцця|Евдокия Авдотья|Eudoxia|Дуся Дуня
yulia|Юлія Юля|Юлия|Julia Julie|Юля Юлька Юляша
yuliana|Юліяна|Юлиана||Юля
yustyna|Юстына|Юстина|Justina|
yukhimia|Яўхімія|Ефимия|Euphemia|
zhanna|Жанна Жана|Жанна|Jeanne|Жанначка
zinaida|Зінаіда|Зинаида||Зіна Зина Зінка
zlata|Злата|Злата||
zoia|Зоя|Зоя|Zoe|Зойка
aisha|Аіша|Айша|Aisha|
elmira|Эльміра|Эльмира||
dzhamila|Джаміля|Джамиля|Jamila|
aza|Аза|Аза||
"""
