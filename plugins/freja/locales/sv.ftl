name = Freja

open-and-scan = Öppna Freja-appen i din telefon och läs av QR-koden.
open-app = Öppna Freja-appen på den här enheten.
not-opened = Freja-appen har inte öppnats än. Tryck på knappen igen. Har du Freja på en annan enhet? Visa då en QR-kod.
no-contact = Freja svarar inte just nu. Vi försöker igen.
approve = Godkänn i Freja-appen.
in-progress = Identifieringen pågår.

you-cancelled = Du avbröt i Freja-appen.
cancelled = Identifieringen avbröts. Försök igen.
no-answer = Freja-appen svarade inte i tid. Kontrollera att du har internet, och försök sedan igen.
already-in-progress = En identifiering pågick redan med din Freja. Båda avbröts. Försök igen.
needs-plus = För att läsa din post behöver du Freja+. Du kan uppgradera i Freja-appen.
no-number = Din Freja har inget svenskt personnummer. Utan det kan vi inte se vilken post som är din.
switched-off = Du har stängt av den här tjänsten i Freja-appen. Slå på den där, och försök igen.
unknown-user = Freja känner inte igen dig. Kontrollera att din Freja är aktiv i appen.
out-of-order = Freja fungerar inte här just nu. Kommunen behöver åtgärda det.
try-again = Något gick fel hos Freja. Försök igen om en stund.
