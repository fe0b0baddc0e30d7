name = OpenID Connect
in-progress = Inloggningen pågår.

you-cancelled = Du avbröt inloggningen.
provider-down = Inloggningstjänsten svarar inte just nu. Försök igen om en stund.
out-of-order = Den här inloggningen fungerar inte just nu. Kommunen behöver åtgärda det.
old-page = Du kom tillbaka från en inloggning som redan var avslutad. Logga in på nytt.
sign-in-anew = Inloggningen var för gammal. Logga in på nytt.
not-trusted = Svaret från inloggningstjänsten gick inte att lita på. Försök igen.
level-too-low = Din e-legitimation har för låg tillitsnivå för den här tjänsten.
no-number = Inloggningen saknar personnummer, och utan det går din brevlåda inte att hitta. Kontakta kommunen.
try-again = Något gick fel vid inloggningen. Försök igen.
