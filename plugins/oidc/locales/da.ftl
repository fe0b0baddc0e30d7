name = OpenID Connect
in-progress = Du er ved at logge ind.

you-cancelled = Du afbrød login.
provider-down = Logintjenesten svarer ikke lige nu. Prøv igen om lidt.
out-of-order = Dette login virker ikke lige nu. Kommunen skal rette det.
old-page = Du kom tilbage fra et login, der allerede var afsluttet. Log ind igen.
sign-in-anew = Dit login var for gammelt. Log ind igen.
not-trusted = Svaret fra logintjenesten kunne ikke bekræftes. Prøv igen.
level-too-low = Dit login har et for lavt sikringsniveau til denne tjeneste.
no-number = Dit login er uden CPR-nummer, og uden det kan din postkasse ikke findes. Kontakt kommunen.
try-again = Noget gik galt under login. Prøv igen.
