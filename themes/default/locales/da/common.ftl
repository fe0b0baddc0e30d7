### Det, der står på hver side: rammen, etiketterne, dage og tider.

## The frame

service = Sikre beskeder
skip = Gå til indholdet
language = Sprog
language-sv = Svenska
language-da = Dansk
language-en = English
signed-in-as = Logget ind som
login = Log ind
logout = Log ud
logout-always = Tryk altid på ”Log ud”, når du er færdig. Det er ikke nok at lukke vinduet.
test-data-title = Dette er et testsystem.
test-data-text = Skriv ikke noget virkeligt her: enhver kan udgive sig for at være en anden.
danger = Er nogens liv i fare? Ring 112.
web-site = Til kommunens hjemmeside
to-start = Til forsiden
to-inbox = Til indbakken
to-sent = Til sendt
continue = Fortsæt
cancel = Annuller
back = Tilbage
yes = Ja
no = Nej
or = eller
copy = Kopiér
copied = Kopieret
download = Hent

## Labels

folders = Mapper
inbox = Indbakke
sent = Sendt
drafts = Kladder
message = Besked
subject = Emne
no-subject = (Intet emne)
text = Tekst
from = Fra
to = Til
to-lower = til
reply = Svar
attachments = Vedhæftede filer
file-count =
    { $n ->
        [one] 1 vedhæftet fil
       *[other] {$n} vedhæftede filer
    }
unread = Ulæst
unread-count =
    { $n ->
        [one] ulæst
       *[other] ulæste
    }
opened = Åbnet {$date}
not-opened = Ikke åbnet endnu
arrived = Modtaget af kommunen **{$date}**
readable-until = Kan læses til og med den {$date}
until = til og med den {$date}
days-left =
    { $n ->
        [one] 1 dag tilbage
       *[other] {$n} dage tilbage
    }
days-left-word =
    { $n ->
        [one] dag tilbage
       *[other] dage tilbage
    }
retention = Beskeder vises her i {$days} dage. Gem det, du vil beholde.
help-code = Hjælpekode

## Days and times

month-1 = januar
month-2 = februar
month-3 = marts
month-4 = april
month-5 = maj
month-6 = juni
month-7 = juli
month-8 = august
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
weekday-1 = mandag
weekday-2 = tirsdag
weekday-3 = onsdag
weekday-4 = torsdag
weekday-5 = fredag
weekday-6 = lørdag
weekday-7 = søndag
clock = {$hour}.{$minute}
moment-today = i dag kl. {$clock}
moment-yesterday = i går kl. {$clock}
moment-day = {$day}. {$month}
day = {$day}. {$month} {$year}
moment-exact = {$weekday} den {$day}. {$month} {$year} kl. {$clock}
moment-second = {$day}. {$month} {$year} kl. {$clock}.{$second}

## Before the session ends

idle-title = Vil du fortsat være logget ind?
idle-text = Du bliver logget ud om 2 minutter. Det, du har skrevet, er gemt.
idle-text-last = Du bliver logget ud om 30 sekunder. Det, du har skrevet, er gemt.
idle-unsaved = Vi kunne ikke gemme det seneste, du skrev. Kopiér teksten, før tiden udløber.
idle-stay = Ja, fortsæt
idle-leave = Log ud nu
