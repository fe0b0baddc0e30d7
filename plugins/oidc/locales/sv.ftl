name = OpenID Connect
# What people know it by, where the trust profile is of one e-ID.
name-mitid-signaturgruppen = MitID
name-mitid-signaturgruppen-erhverv = MitID Erhverv
name-mitid-idura = MitID
name-mitid-idura-erhverv = MitID Erhverv
name-freja-oidc = Freja
in-progress = Inloggningen pågår.

you-cancelled = Du avbröt inloggningen.
provider-down = Inloggningstjänsten svarar inte just nu. Försök igen om en stund.
out-of-order = Den här inloggningen fungerar inte just nu. Kommunen behöver åtgärda det.
old-page = Du kom tillbaka från en inloggning som redan var avslutad. Logga in på nytt.
sign-in-anew = Inloggningen var för gammal. Logga in på nytt.
not-trusted = Svaret från inloggningstjänsten gick inte att lita på. Försök igen.
level-too-low = Din e-legitimation har för låg tillitsnivå för den här tjänsten.
no-number = Inloggningen saknar personnummer eller CPR-nummer, och utan det går din brevlåda inte att hitta. Kontakta kommunen.
no-organisation = Inloggningen gäller ingen organisation. Logga in på nytt och välj vem du företräder.
another-kind = Inloggningen gällde något annat än det som behövs här, till exempel en organisation i stället för dig själv. Logga in på nytt.
second-factor = Inloggningen visar inte att du använde en andra faktor, till exempel en kod i telefonen. Logga in på nytt med den.
other-directory = Kontot hör till en annan katalog än kommunens. Logga in med ditt konto hos kommunen.
guest = Du är gäst i kommunens katalog, och gäster kommer inte in här. Logga in med ett konto hos kommunen.
try-again = Något gick fel vid inloggningen. Försök igen.
