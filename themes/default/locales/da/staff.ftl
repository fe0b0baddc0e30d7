### Sagsbehandlerens sider.

## Mailboxes and threads

mailboxes = Postkasser og kladder
write-new = Skriv ny besked
show = Vis
show-all = Alle
show-unread = Ulæste
show-undecided = Ikke vurderede
latest-incoming = Borgeren har skrevet
latest-opened = Åbnet
latest-never-opened = Blev aldrig åbnet
empty-mailbox-all = Her er ingen korrespondance endnu. Skriv en ny besked for at begynde en.
empty-mailbox-unread = Alt i postkassen er læst.
empty-mailbox-undecided = Alt i postkassen er vurderet.

## A thread

about-thread = Om korrespondancen
case = sag {$case}
registration = Journalisering
registration-undecided = Ikke vurderet
registration-registered = Journaliseret
registration-filed = Lagt på sagen
registration-minor = Ikke journaliseringspligtig
registration-decide = Tag stilling
registration-change = Ændr
do-register = Journalisér
do-file = Læg på sagen
case-number = Sagsnummer
undecided-do = Journalisér beskeden, læg den på sagen, eller markér den som ikke journaliseringspligtig.
undecided-resident = Borgeren kan læse den til og med den {$date}.
undecided-ours = Vores eksemplar slettes først, når nogen har taget stilling.
delivery = Levering af din besked
delivery-queued = Advisering sat i kø
delivery-handed = Overdraget til modtagerens mailserver
delivery-refused = Mailserveren tog ikke imod adviseringen. Kontrollér adressen.
delivery-disowned = En anden har fået adviseringen og oplyst, at den ikke er til vedkommende. Kontrollér adressen. Der sendes ikke flere adviseringer dertil.
delivery-opened = Åbnet
never-opened = Beskeden blev aldrig åbnet og kan ikke længere læses af modtageren. Kontakt personen på anden måde: Ring, send et brev, eller skriv en ny besked.
recipient = Modtager
recipient-until = Kan læse til og med den {$date}

## Right after Send

sent-title = Sendt {$date}
sent-text = Modtageren får en mail om, at der er en besked. Mailen viser hverken emne eller tekst.

## Writing

personal-number-se = Personnummer eller samordningsnummer (Sverige)
personal-number-dk = CPR-nummer
email-address = Mailadresse
check-recipient = Undersøg modtager
settings = Indstillinger for beskeden
case-system = Har du et fagsystem til det her?
case-system-text = Skriv så hellere derfra.
notice-language = Adviseringens sprog
band-ready = Går til portalen
band-ready-text = Advisering med mail til {$address}. Mailen viser hverken emne eller tekst.
band-doubtful = Kontrollér, før du sender
band-doubtful-text = Advisering med mail til {$address}. Læs det, der er markeret ovenfor.
band-no-recipient = Kan ikke sendes endnu: Modtager mangler
band-no-recipient-text = Skriv modtagerens nummer og mailadresse.
band-blocked = Kan ikke sendes endnu: Modtageren skal rettes
band-blocked-text = Ret det, der er markeret under modtageren.

## What was found about a recipient

check-number-ok = Nummeret er opbygget korrekt.
check-number-bad = Nummeret er ikke opbygget korrekt. Kontrollér cifrene.
check-minor = Modtageren er under 18 år. Beskeden går til barnet.
check-guardians = Modtageren er under 15 år. Skriv hellere til forældremyndighedens indehavere, hver for sig. Kontrollér først, hvem der har forældremyndigheden.
check-email-written = Mailadressen er skrevet korrekt.
check-email-bad = Mailadressen er ikke skrevet korrekt. Kontrollér stavningen.
check-pair-yes = Nummeret og adressen er bekræftet sammen.
check-pair-no = Nummeret og adressen er ikke bekræftet sammen endnu. Den første gang skal modtageren bruge linket eller koden.
check-pair-different = Modtageren har bekræftet en anden adresse. Spørg modtageren, hvilken der gælder, før du sender.
check-number-in-subject = Emnet indeholder et personnummer.
check-number-in-file-name = En fil har et personnummer i sit navn. Fjern filen, giv den et andet navn, og vedhæft den igen.
remove-number = Fjern nummeret
check-address-used = Adressen bruges til en anden modtager. Kontrollér, at den er rigtig.
