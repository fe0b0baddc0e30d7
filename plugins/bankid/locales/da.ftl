name = BankID
visible = Du identificerer dig over for { $domain }. Godkend kun, hvis du selv lige har åbnet den side.

open-and-scan = Åbn BankID-appen i din telefon, og scan QR-koden.
opening-app = Tryk på knappen for at åbne BankID-appen på denne enhed.
open-app = Start BankID-appen.
not-opened = BankID-appen er ikke åbnet endnu. Tryk på knappen igen. Har du BankID på en anden enhed? Så vis en QR-kode.
other-browser = BankID kan ikke sende dig tilbage til denne browser. Åbn siden i Safari, Chrome eller Firefox, eller vis en QR-kode.
no-contact = BankID svarer ikke lige nu. Vi prøver igen.
searching-computer = Søger efter BankID. Sørg for, at du har et gyldigt BankID på denne computer. Har du det på kort, så sæt kortet i læseren.
searching-device = Søger efter BankID. Det kan tage et øjeblik.
read-document = Fotografér og scan dit id-dokument med BankID-appen.
type-code = Indtast din sikkerhedskode i BankID-appen, og vælg at identificere dig.
in-progress = Identifikationen er i gang.

you-cancelled = Du afbrød i BankID-appen.
cancelled = Identifikationen blev afbrudt, fordi en anden identifikation begyndte med dit BankID. Prøv igen.
no-answer = BankID-appen svarede ikke i tide. Kontrollér, at den er startet, og at du har internet, og prøv derefter igen.
blocked = Dit BankID er spærret eller for gammelt. Brug et andet BankID, eller få et nyt i din bank.
app-not-found = BankID-appen kunne ikke åbnes på denne enhed. Har du appen på en anden enhed? Så vælg QR-koden.
not-scanned = QR-koden blev aldrig scannet. Prøv igen, når du har BankID-appen fremme.
app-too-old = Din BankID-app er for gammel. Opdatér den, og prøv igen.
risk = BankID vurderede identifikationen som usikker og stoppede den. Er der en anden med i telefonen? Læg på.
already-in-progress = En identifikation var allerede i gang med dit BankID. Begge blev afbrudt. Prøv igen.
out-of-order = BankID virker ikke her lige nu. Kommunen skal rette det.
try-again = Noget gik galt hos BankID. Prøv igen om lidt.
our-fault = Noget gik galt hos os. Prøv igen.
maintenance = BankID er lukket på grund af vedligeholdelse. Prøv igen om lidt.
