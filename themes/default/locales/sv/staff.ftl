### Handläggarens sidor.

## Mailboxes and threads

mailboxes = Brevlådor och utkast
write-new = Skriv nytt meddelande
show = Visa
show-all = Alla
show-unread = Olästa
show-undecided = Inte bedömda
latest-incoming = Invånaren har skrivit
latest-opened = Öppnat
latest-never-opened = Öppnades aldrig
empty-mailbox-all = Här finns inga konversationer än. Skriv ett nytt meddelande för att börja en.
empty-mailbox-unread = Allt i brevlådan är läst.
empty-mailbox-undecided = Allt i brevlådan är bedömt.

## A thread

about-thread = Om konversationen
case = ärende {$case}
registration = Registrering
registration-undecided = Inte bedömt
registration-registered = Registrerat
registration-filed = Lagt i akten
registration-minor = Av ringa betydelse
registration-decide = Ta ställning
registration-change = Ändra
do-register = Registrera
do-file = Lägg i akten
case-number = Diarie- eller ärendenummer
undecided-do = Registrera meddelandet, lägg det i akten eller markera det som av ringa betydelse.
undecided-resident = Invånaren kan läsa det till och med den {$date}.
undecided-ours = Vårt exemplar gallras först när någon har tagit ställning.
delivery = Leverans av ditt meddelande
delivery-queued = Avisering köad
delivery-handed = Överlämnad till mottagarens e-postserver
delivery-refused = E-postservern tog inte emot aviseringen. Kontrollera adressen.
delivery-disowned = Någon annan fick aviseringen och har sagt att den inte är till dem. Kontrollera adressen. Inga fler aviseringar skickas dit.
delivery-opened = Öppnat
never-opened = Meddelandet öppnades aldrig och kan inte längre läsas av mottagaren. Kontakta personen på annat sätt: ring, skicka brev eller skriv ett nytt meddelande.
recipient = Mottagare
recipient-until = Kan läsa till och med den {$date}

## Right after Send

sent-title = Skickat {$date}
sent-text = Mottagaren får ett mejl om att det finns ett meddelande. Mejlet visar varken ämne eller text.

## Writing

personal-number-se = Personnummer eller samordningsnummer
personal-number-dk = CPR-nummer
email-address = E-postadress
check-recipient = Kontrollera mottagare
settings = Inställningar för meddelandet
case-system = Har du ett verksamhetssystem för det här?
case-system-text = Skriv då hellre därifrån.
notice-language = Aviseringens språk
band-ready = Går till portalen
band-ready-text = Avisering med e-post till {$address}. Mejlet visar varken ämne eller text.
band-doubtful = Kontrollera innan du skickar
band-doubtful-text = Avisering med e-post till {$address}. Läs det som är markerat ovanför.
band-no-recipient = Kan inte skickas än: mottagare saknas
band-no-recipient-text = Skriv mottagarens nummer och e-postadress.
band-blocked = Kan inte skickas än: mottagaren måste rättas
band-blocked-text = Rätta det som är markerat under mottagaren.

## What was found about a recipient

check-number-ok = Numret är rätt uppbyggt.
check-number-bad = Numret är inte rätt uppbyggt. Kontrollera siffrorna.
check-minor = Mottagaren är under 18 år. Meddelandet går till barnet.
check-guardians = Mottagaren är under 15 år. Skriv hellre till vårdnadshavarna, var och en för sig. Kontrollera först vem som har vårdnaden.
check-email-written = E-postadressen är rätt skriven.
check-email-bad = E-postadressen är inte rätt skriven. Kontrollera stavningen.
check-pair-yes = Numret och adressen är bekräftade tillsammans.
check-pair-no = Numret och adressen är inte bekräftade tillsammans än. Första gången behöver mottagaren länken eller koden.
check-pair-different = Mottagaren har bekräftat en annan adress. Fråga mottagaren vilken som gäller innan du skickar.
check-number-in-subject = Ämnet innehåller ett personnummer.
check-number-in-file-name = En fil har ett personnummer i sitt namn. Ta bort filen, byt namn på den och bifoga den igen.
remove-number = Ta bort numret
check-address-used = Adressen används för en annan mottagare. Kontrollera att den är rätt.
