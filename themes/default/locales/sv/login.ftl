### Från startsidan till inloggad och utloggad igen.

## Start

start-title = Start
start-lead = Här läser och besvarar du säkra meddelanden från {$municipality}. Bara du och den du skriver med kan läsa dem.
start-new = **Ny här?** Använd länken i mejlet du fick, eller logga in och skriv koden.
no-eid = Har du ingen e-legitimation?
get-eid = Så skaffar du en
or-call = eller ring {$contact}, **{$phone}** ({$hours})
address = Titta på adressen i webbläsaren: den ska börja med

## The page behind every link of a notice: it never says that a message exists

invitation-title = Logga in för att fortsätta
invitation-lead = Här läser och besvarar du säkra meddelanden från {$municipality}.
invitation-own = Använd din egen e-legitimation. Är mejlet eller brevet till någon annan? Då är det den personen som ska logga in.
invitation-code = Har du en kod från ett mejl eller brev? Den skriver du när du har loggat in.
invitation-urgent = Är det bråttom? Ring oss på **{$phone}**. Är någons liv i fara? Ring 112.

## Ways to log in

method-this = {$method} på den här enheten
method-other = {$method} på en annan enhet
method-other-hint = Visar en QR-kod som du läser av med mobilen
method-last = Du använde det senast
login-with = Logga in med {$method}
login-step-open = Öppna {$method} i mobilen.
login-step-scan = Tryck på QR-ikonen i appen.
login-step-confirm = Läs av koden här och skriv din säkerhetskod.
open-here = Öppna {$method} på den här enheten
show-code = Visa en QR-kod för en annan enhet
qr-alt = QR-kod för {$method}. Kan du inte läsa av den? Välj att öppna {$method} på den här enheten.
qr-alt-only = QR-kod för {$method}. Kan du inte läsa av den? Välj ett annat sätt att logga in.
time-left = Tid kvar:
time-left-bar = Tid kvar
cannot-scan = Kan du inte läsa av koden?
cannot-scan-text = Håll mobilen stilla, ungefär 20 centimeter från skärmen, och gör skärmen ljusare.
cannot-scan-here = Har du {$method} på den här enheten? Välj då ”Öppna {$method} på den här enheten”.
cannot-scan-call = Du kan också ringa {$contact}, **{$phone}**.
login-call = Kommer du inte vidare? Ring {$contact}, **{$phone}** ({$hours}).
login-warning = Logga bara in om du själv öppnade den här sidan. Har någon ringt och bett dig logga in? Lägg på.
waiting-moment = Ett ögonblick …
waiting-silent = {$method} svarar inte just nu. Felet ligger inte hos dig. Vänta gärna kvar: inloggningen fortsätter när {$method} svarar igen. Är det bråttom? Ring {$contact}, **{$phone}**.
waiting-return = Du har godkänt i {$method}. Vänta här tills appen skickar dig tillbaka.
waiting-return-elsewhere = Öppnade appen en annan webbläsare? Då kan inloggningen inte avslutas, av säkerhetsskäl. Logga in från den webbläsaren i stället, eller visa en QR-kod här.
waiting-away = Vi får ingen kontakt just nu. Kontrollera att du har internet. Sidan fortsätter av sig själv.
waiting-moved = Du började logga in på nytt i en annan flik. Fortsätt i den, eller hämta inloggningen hit.
waiting-moved-here = Fortsätt här
paused-text = Du lämnade sidan, så den förra koden gäller inte längre.
paused-again = Visa en ny kod

## On to the provider, and back

leaving-title = Du skickas vidare till {$method}
leaving-text = Händer inget? Tryck på knappen.
leaving-link = Fortsätt till {$method}
finish-title = Du är inloggad
finish-text = Inloggningen med {$method} är klar.

## Sent to a browser that began no login

elsewhere-title = Du är inte inloggad i den här webbläsaren
elsewhere-text = Appen skickade dig hit, men inloggningen började i en annan webbläsare. Av säkerhetsskäl är den nu avslutad.
elsewhere-lost = Logga in härifrån i stället, eller börja om i den andra webbläsaren.
elsewhere-link = Kom du från en länk i ett mejl? Öppna då länken en gång till, i den här webbläsaren, så kommer du rätt.
elsewhere-begin = Logga in här
elsewhere-warning = Började du inte logga in själv? Då har någon annan försökt logga in som du. Den personen har inte kommit in. Godkänn inget mer, lägg på om någon ringer, och ring {$contact}, **{$phone}**.

## When a login fails

failed-title = Du är inte inloggad
failed-title-no-role = Kontot har ingen brevlåda här
eid-user-cancelled = Inloggningen med {$method} avbröts. Försök igen eller välj ett annat sätt att logga in.
eid-expired = Tiden gick ut innan inloggningen var klar. Ha {$method} redo och försök igen.
eid-not-started = {$method} startade inte. Kontrollera att appen är installerad och uppdaterad, eller använd en annan enhet. Försök sedan igen.
eid-busy = En annan inloggning med {$method} pågår redan. Avbryt den i appen, vänta en minut och försök igen. Godkänn aldrig en inloggning som du inte har startat själv.
eid-credential = Din e-legitimation från {$method} är spärrad eller gäller inte längre. Kontakta den som har utfärdat den, eller välj ett annat sätt att logga in.
eid-risk = Inloggningen stoppades av säkerhetsskäl. Har någon ringt och bett dig logga in? Lägg på. Annars kan du försöka igen senare eller ringa {$contact}, **{$phone}**.
eid-assurance = Din e-legitimation har för låg tillitsnivå för den här tjänsten. Höj nivån i {$method} eller logga in med {$methods}.
eid-assurance-alone = Din e-legitimation har för låg tillitsnivå för den här tjänsten. Höj nivån i {$method} och försök igen, eller ring {$contact}, **{$phone}**.
eid-no-number = Din e-legitimation från {$method} innehåller inget personnummer, samordningsnummer eller CPR-nummer som vi kan använda. Välj ett annat sätt att logga in, eller ring {$contact}, **{$phone}**.
eid-second-factor = Inloggningen med {$method} visar inte att du använde en andra faktor, till exempel en kod i telefonen. Logga in igen med den, eller be den som sköter {$method} om hjälp.
eid-organisation = Du loggade in för en organisation, och din egen brevlåda öppnas bara när du loggar in som dig själv. Logga in igen med {$method} och välj dig själv.
eid-no-role = Du är inloggad hos {$method}, men ditt konto hör inte till någon brevlåda här. Kontakta den som sköter behörigheter hos er.
eid-provider-down = {$method} svarar inte just nu. Felet ligger inte hos dig. Försök igen om en stund eller välj ett annat sätt att logga in.
eid-config = Inloggning med {$method} fungerar inte hos oss just nu. Välj ett annat sätt att logga in, eller ring {$contact}, **{$phone}**, och säg referensnumret **{$reference}**.
eid-unknown = Inloggningen misslyckades. Försök igen. Händer det flera gånger? Ring {$contact}, **{$phone}**, och säg referensnumret **{$reference}**.
eid-call = Kommer du inte vidare? Ring {$contact}, **{$phone}** ({$hours}), och säg referensnumret **{$reference}**.
eid-retry = Försök igen
eid-other = Välj ett annat sätt att logga in

## Logged out

logged-out-title = Du är utloggad
logged-out-idle = Det hände inget på en stund.
logged-out-text = Det du hade börjat skriva finns kvar som utkast när du loggar in igen.
parting-text = Du är utloggad här. Nu avslutas också din inloggning hos {$method}.
parting-link = Logga ut hos {$method}
login-again = Logga in igen

## Staff

staff = Handläggare
staff-login-title = Logga in som handläggare
staff-login-lead = Här skriver och läser du säkra meddelanden för {$municipality}. Logga in med ditt konto på arbetet.
staff-login-resident = Har du fått ett meddelande från kommunen?
staff-login-resident-link = Logga in som privatperson
