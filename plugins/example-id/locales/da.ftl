name = Example ID
scan = Åbn Example ID på din telefon, og scan koden.
open-app = Start Example ID på denne enhed.
approve = Godkend i Example ID. Du identificerer dig over for { $domain }.
in-progress = Identifikationen er i gang.

you-cancelled = Du afbrød i Example ID.
too-late = Det tog for lang tid. Prøv igen.
out-of-order = Example ID virker ikke her lige nu. Kommunen skal rette det.
try-again = Noget gik galt hos Example ID. Prøv igen om lidt.
