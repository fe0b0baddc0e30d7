name = BankID
visible = Du identifierar dig för { $domain }. Godkänn bara om du själv just har öppnat den sidan.

open-and-scan = Öppna BankID-appen i din telefon och läs av QR-koden.
opening-app = Tryck på knappen för att öppna BankID-appen på den här enheten.
open-app = Starta BankID-appen.
not-opened = BankID-appen har inte öppnats än. Tryck på knappen igen. Har du BankID på en annan enhet? Visa då en QR-kod.
other-browser = BankID kan inte skicka dig tillbaka till den här webbläsaren. Öppna sidan i Safari, Chrome eller Firefox, eller visa en QR-kod.
no-contact = BankID svarar inte just nu. Vi försöker igen.
searching-computer = Söker efter BankID. Säkerställ att du har ett giltigt BankID på den här datorn. Har du det på kort? Sätt då kortet i läsaren.
searching-device = Söker efter BankID. Det kan ta en liten stund.
read-document = Fotografera och läs av din id-handling med BankID-appen.
type-code = Skriv in din säkerhetskod i BankID-appen och välj Identifiera.
in-progress = Identifieringen pågår.

you-cancelled = Du avbröt i BankID-appen.
cancelled = Identifieringen avbröts, eftersom en annan identifiering började med ditt BankID. Försök igen.
no-answer = BankID-appen svarade inte i tid. Kontrollera att den är startad och att du har internet, och försök sedan igen.
blocked = Ditt BankID är spärrat eller för gammalt. Använd ett annat BankID eller skaffa ett nytt hos din bank.
app-not-found = BankID-appen kunde inte öppnas på den här enheten. Finns appen på en annan enhet? Välj då QR-kod.
not-scanned = QR-koden lästes aldrig av. Försök igen när du har BankID-appen framme.
app-too-old = Din BankID-app är för gammal. Uppdatera den och försök igen.
risk = BankID bedömde identifieringen som osäker och stoppade den. Är någon annan med i telefonen? Lägg på.
already-in-progress = En identifiering pågick redan med ditt BankID. Båda avbröts. Försök igen.
out-of-order = BankID fungerar inte här just nu. Kommunen behöver åtgärda det.
try-again = Något gick fel hos BankID. Försök igen om en stund.
our-fault = Något gick fel hos oss. Försök igen.
maintenance = BankID är stängt för underhåll. Försök igen om en stund.
