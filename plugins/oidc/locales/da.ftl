name = OpenID Connect
# What people know it by, where the trust profile is of one e-ID.
name-mitid-signaturgruppen = MitID
name-mitid-signaturgruppen-erhverv = MitID Erhverv
name-mitid-idura = MitID
name-mitid-idura-erhverv = MitID Erhverv
name-freja-oidc = Freja
in-progress = Du er ved at logge ind.

you-cancelled = Du afbrød login.
provider-down = Logintjenesten svarer ikke lige nu. Prøv igen om lidt.
out-of-order = Dette login virker ikke lige nu. Kommunen skal rette det.
old-page = Du kom tilbage fra et login, der allerede var afsluttet. Log ind igen.
sign-in-anew = Dit login var for gammelt. Log ind igen.
not-trusted = Svaret fra logintjenesten kunne ikke bekræftes. Prøv igen.
level-too-low = Dit login har et for lavt sikringsniveau til denne tjeneste.
no-number = Dit login er uden CPR-nummer eller personnummer, og uden det kan din postkasse ikke findes. Kontakt kommunen.
no-organisation = Dit login gælder ingen organisation. Log ind igen, og vælg, hvem du handler på vegne af.
another-kind = Dit login gjaldt noget andet end det, der skal bruges her, for eksempel en organisation i stedet for dig selv. Log ind igen.
second-factor = Dit login viser ikke, at du brugte en anden faktor, for eksempel en kode på telefonen. Log ind igen med den.
other-directory = Kontoen hører til en anden organisation end kommunen. Log ind med din konto hos kommunen.
guest = Du er gæst i kommunens katalog, og gæster har ikke adgang her. Log ind med en konto hos kommunen.
try-again = Noget gik galt under login. Prøv igen.
