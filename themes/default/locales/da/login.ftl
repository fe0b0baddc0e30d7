### Fra forsiden til logget ind og logget ud igen.

## Start

start-title = Forside
start-lead = Her læser og besvarer du sikre beskeder fra {$municipality}. Kun du og den, du skriver med, kan læse dem.
start-new = **Ny her?** Brug linket i den mail, du har fået, eller log ind, og skriv koden.
no-eid = Har du ikke et e-id?
get-eid = Sådan får du det
or-call = eller ring til {$contact}, **{$phone}** ({$hours})
address = Se på adressen i browseren: Den skal begynde med

## The page behind every link of a notice: it never says that a message exists

invitation-title = Log ind for at fortsætte
invitation-lead = Her læser og besvarer du sikre beskeder fra {$municipality}.
invitation-own = Brug dit eget e-id. Er mailen eller brevet til en anden? Så er det den person, der skal logge ind.
invitation-code = Har du en kode fra en mail eller et brev? Den skriver du, når du er logget ind.
invitation-urgent = Haster det? Ring til os på **{$phone}**. Er nogens liv i fare? Ring 112.

## Ways to log in

method-this = {$method} på denne enhed
method-other = {$method} på en anden enhed
method-other-hint = Viser en QR-kode, som du scanner med mobilen
method-last = Du brugte det sidst
login-with = Log ind med {$method}
login-step-open = Åbn {$method} på mobilen.
login-step-scan = Tryk på QR-ikonet i appen.
login-step-confirm = Scan koden her, og skriv din sikkerhedskode.
open-here = Åbn {$method} på denne enhed
show-code = Vis en QR-kode til en anden enhed
qr-alt = QR-kode til {$method}. Kan du ikke scanne den? Vælg at åbne {$method} på denne enhed.
qr-alt-only = QR-kode til {$method}. Kan du ikke scanne den? Vælg en anden måde at logge ind på.
time-left = Tid tilbage:
time-left-bar = Tid tilbage
cannot-scan = Kan du ikke scanne koden?
cannot-scan-text = Hold mobilen stille, cirka 20 centimeter fra skærmen, og gør skærmen lysere.
cannot-scan-here = Har du {$method} på denne enhed? Så vælg ”Åbn {$method} på denne enhed”.
cannot-scan-call = Du kan også ringe til {$contact}, **{$phone}**.
login-call = Kommer du ikke videre? Ring til {$contact}, **{$phone}** ({$hours}).
login-warning = Log kun ind, hvis du selv har åbnet denne side. Har nogen ringet og bedt dig om at logge ind? Så læg på.
waiting-moment = Et øjeblik …
waiting-silent = {$method} svarer ikke lige nu. Fejlen ligger ikke hos dig. Bliv gerne på siden: Dit login fortsætter, når {$method} svarer igen. Haster det? Ring til {$contact}, **{$phone}**.
waiting-return = Du har godkendt i {$method}. Vent her, til appen sender dig tilbage.
waiting-return-elsewhere = Åbnede appen en anden browser? Så kan dit login ikke afsluttes, af hensyn til sikkerheden. Log ind fra den browser i stedet, eller vis en QR-kode her.
waiting-away = Vi kan ikke få forbindelse lige nu. Kontrollér, at du er på internettet. Siden fortsætter af sig selv.
waiting-moved = Du begyndte at logge ind på ny i en anden fane. Fortsæt i den, eller hent dit login hertil.
waiting-moved-here = Fortsæt her
paused-text = Du forlod siden, så den tidligere kode gælder ikke længere.
paused-again = Vis en ny kode

## On to the provider, and back

leaving-title = Du sendes videre til {$method}
leaving-text = Sker der ikke noget? Tryk på knappen.
leaving-link = Fortsæt til {$method}
finish-title = Du er logget ind
finish-text = Dit login med {$method} er gennemført.

## Sent to a browser that began no login

elsewhere-title = Du er ikke logget ind i denne browser
elsewhere-text = Appen sendte dig hertil, men dit login begyndte i en anden browser. Af hensyn til sikkerheden er det nu afsluttet.
elsewhere-lost = Log ind herfra i stedet, eller begynd forfra i den anden browser.
elsewhere-link = Kom du fra et link i en e-mail? Så åbn linket én gang til, i denne browser. Så kommer du det rigtige sted hen.
elsewhere-begin = Log ind her
elsewhere-warning = Begyndte du ikke selv at logge ind? Så har en anden forsøgt at logge ind som dig. Vedkommende er ikke kommet ind. Godkend ikke mere, læg på, hvis nogen ringer, og ring til {$contact}, **{$phone}**.

## When a login fails

failed-title = Du er ikke logget ind
failed-title-no-role = Kontoen har ingen postkasse her
eid-user-cancelled = Dit login med {$method} blev afbrudt. Prøv igen, eller vælg en anden måde at logge ind på.
eid-expired = Tiden udløb, før du var logget ind. Hav {$method} klar, og prøv igen.
eid-not-started = {$method} startede ikke. Kontrollér, at appen er installeret og opdateret, eller brug en anden enhed. Prøv derefter igen.
eid-busy = Et andet login med {$method} er allerede i gang. Afbryd det i appen, vent et minut, og prøv igen. Godkend aldrig et login, som du ikke selv har startet.
eid-credential = Din adgang med {$method} er spærret eller gælder ikke længere. Kontakt supporten for {$method}, eller vælg en anden måde at logge ind på.
eid-risk = Dit login blev stoppet af hensyn til sikkerheden. Har nogen ringet og bedt dig om at logge ind? Så læg på. Ellers kan du prøve igen senere eller ringe til {$contact}, **{$phone}**.
eid-assurance = Dit login har et for lavt sikringsniveau til denne tjeneste. Hæv niveauet i {$method}, eller log ind med {$methods}.
eid-assurance-alone = Dit login har et for lavt sikringsniveau til denne tjeneste. Hæv niveauet i {$method}, og prøv igen, eller ring til {$contact}, **{$phone}**.
eid-no-number = Dit login med {$method} indeholder ikke et CPR-nummer eller et svensk personnummer, som vi kan bruge. Vælg en anden måde at logge ind på, eller ring til {$contact}, **{$phone}**.
eid-second-factor = Dit login med {$method} viser ikke, at du brugte en anden faktor, for eksempel en kode på telefonen. Log ind igen med den, eller bed den, der styrer {$method}, om hjælp.
eid-organisation = Du loggede ind på vegne af en organisation, og din egen postkasse åbnes kun, når du logger ind som dig selv. Log ind igen med {$method}, og vælg dig selv.
eid-no-role = Du er logget ind hos {$method}, men din konto hører ikke til en postkasse her. Kontakt den, der administrerer rettigheder hos jer.
eid-provider-down = {$method} svarer ikke lige nu. Fejlen ligger ikke hos dig. Prøv igen om lidt, eller vælg en anden måde at logge ind på.
eid-config = Login med {$method} virker ikke hos os lige nu. Vælg en anden måde at logge ind på, eller ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
eid-unknown = Dit login mislykkedes. Prøv igen. Sker det flere gange? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
eid-call = Kommer du ikke videre? Ring til {$contact}, **{$phone}** ({$hours}), og oplys referencenummeret **{$reference}**.
eid-retry = Prøv igen
eid-other = Vælg en anden måde at logge ind på

## Logged out

logged-out-title = Du er logget ud
logged-out-idle = Der skete ikke noget i et stykke tid.
logged-out-text = Det, du var begyndt at skrive, ligger her stadig som kladde, når du logger ind igen.
parting-text = Du er logget ud her. Nu afsluttes også dit login hos {$method}.
parting-link = Log ud hos {$method}
login-again = Log ind igen

## Staff

staff = Sagsbehandler
staff-login-title = Log ind som sagsbehandler
staff-login-lead = Her skriver og læser du sikre beskeder for {$municipality}. Log ind med din arbejdskonto.
staff-login-resident = Har du fået en besked fra kommunen?
staff-login-resident-link = Log ind som borger
