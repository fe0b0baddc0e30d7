### Det som står på varje sida: ramen, etiketterna, dagar och tider.

## The frame

service = Säkra meddelanden
skip = Hoppa till innehållet
language = Språk
language-sv = Svenska
language-da = Dansk
language-en = English
signed-in-as = Inloggad som
login = Logga in
logout = Logga ut
logout-always = Tryck alltid på ”Logga ut” när du är klar. Det räcker inte att stänga fönstret.
test-data-title = Det här är ett testsystem.
test-data-text = Skriv inget som är på riktigt här: vem som helst kan låtsas vara någon annan.
danger = Är någons liv i fara? Ring 112.
web-site = Till kommunens webbplats
to-start = Till startsidan
to-inbox = Till inkorgen
to-sent = Till skickat
continue = Fortsätt
cancel = Avbryt
back = Tillbaka
yes = Ja
no = Nej
or = eller
copy = Kopiera
copied = Kopierad
download = Ladda ner

## Labels

folders = Mappar
inbox = Inkorg
sent = Skickat
drafts = Utkast
message = Meddelande
subject = Ämne
no-subject = (Inget ämne)
text = Text
from = Från
to = Till
to-lower = till
reply = Svara
attachments = Bilagor
file-count =
    { $n ->
        [one] 1 bilaga
       *[other] {$n} bilagor
    }
unread = Oläst
unread-count =
    { $n ->
        [one] oläst
       *[other] olästa
    }
opened = Öppnat {$date}
not-opened = Inte öppnat än
arrived = Kom in till kommunen **{$date}**
readable-until = Kan läsas till och med den {$date}
until = till och med den {$date}
days-left =
    { $n ->
        [one] 1 dag kvar
       *[other] {$n} dagar kvar
    }
days-left-word =
    { $n ->
        [one] dag kvar
       *[other] dagar kvar
    }
retention = Meddelanden visas här i {$days} dagar. Spara det du vill ha kvar.
help-code = Hjälpkod

## Days and times

month-1 = januari
month-2 = februari
month-3 = mars
month-4 = april
month-5 = maj
month-6 = juni
month-7 = juli
month-8 = augusti
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
weekday-1 = måndag
weekday-2 = tisdag
weekday-3 = onsdag
weekday-4 = torsdag
weekday-5 = fredag
weekday-6 = lördag
weekday-7 = söndag
clock = {$hour}.{$minute}
moment-today = i dag kl. {$clock}
moment-yesterday = i går kl. {$clock}
moment-day = {$day} {$month}
day = {$day} {$month} {$year}
moment-exact = {$weekday} {$day} {$month} {$year} kl. {$clock}
moment-second = {$day} {$month} {$year} kl. {$clock}.{$second}

## Before the session ends

idle-title = Vill du fortsätta vara inloggad?
idle-text = Du loggas ut om 2 minuter. Det du har skrivit är sparat.
idle-text-last = Du loggas ut om 30 sekunder. Det du har skrivit är sparat.
idle-unsaved = Vi kunde inte spara det senaste du skrev. Kopiera texten innan tiden går ut.
idle-stay = Ja, fortsätt
idle-leave = Logga ut nu
