name = Freja

open-and-scan = Öppna Freja-appen i din telefon och läs av QR-koden.
open-app = Öppna Freja-appen på den här enheten.
approve = Godkänn i Freja-appen.
in-progress = Identifieringen pågår.

you-cancelled = Du avbröt i Freja-appen.
cancelled = Identifieringen avbröts. Försök igen.
no-answer = Freja-appen svarade inte i tid. Kontrollera att du har internet, och försök sedan igen.
app-not-found = Freja-appen öppnades inte på den här enheten. Finns appen på en annan enhet? Välj då QR-kod.
not-scanned = QR-koden lästes aldrig av. Försök igen när du har Freja-appen framme.
already-in-progress = En identifiering pågick redan med din Freja. Båda avbröts. Försök igen.
needs-plus = För att läsa din post behöver du Freja+. Du kan uppgradera i Freja-appen.
no-number = Din Freja har inget svenskt personnummer. Utan det kan vi inte se vilken post som är din.
switched-off = Du har stängt av den här tjänsten i Freja-appen. Slå på den där, och försök igen.
unknown-user = Freja känner inte igen dig. Kontrollera att din Freja är aktiv i appen.
out-of-order = Freja fungerar inte här just nu. Kommunen behöver åtgärda det.
try-again = Något gick fel hos Freja. Försök igen om en stund.
