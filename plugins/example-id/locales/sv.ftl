name = Example ID
scan = Öppna Example ID i din telefon och läs av koden.
open-app = Starta Example ID på den här enheten.
approve = Godkänn i Example ID. Du legitimerar dig mot { $domain }.
in-progress = Identifieringen pågår.

you-cancelled = Du avbröt i Example ID.
too-late = Det tog för lång tid. Försök igen.
out-of-order = Example ID fungerar inte här just nu. Kommunen behöver åtgärda det.
try-again = Något gick fel hos Example ID. Försök igen om en stund.
