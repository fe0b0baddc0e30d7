name = Freja

open-and-scan = Åbn Freja-appen i din telefon, og scan QR-koden.
open-app = Åbn Freja-appen på denne enhed.
not-opened = Freja-appen er ikke åbnet endnu. Tryk på knappen igen. Har du Freja på en anden enhed? Så vis en QR-kode.
no-contact = Freja svarer ikke lige nu. Vi prøver igen.
approve = Godkend i Freja-appen.
in-progress = Identifikationen er i gang.

you-cancelled = Du afbrød i Freja-appen.
cancelled = Identifikationen blev afbrudt. Prøv igen.
no-answer = Freja-appen svarede ikke i tide. Kontrollér, at du har internet, og prøv derefter igen.
already-in-progress = En identifikation var allerede i gang med din Freja. Begge blev afbrudt. Prøv igen.
needs-plus = For at læse din post skal du have Freja+. Du kan opgradere i Freja-appen.
no-number = Din Freja har intet svensk personnummer. Uden det kan vi ikke se, hvilken post der er din.
switched-off = Du har slået denne tjeneste fra i Freja-appen. Slå den til dér, og prøv igen.
unknown-user = Freja kender dig ikke. Kontrollér, at din Freja er aktiv i appen.
out-of-order = Freja virker ikke her lige nu. Kommunen skal rette det.
try-again = Noget gik galt hos Freja. Prøv igen om lidt.
