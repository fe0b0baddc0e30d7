### Vad invånare får veta när ett insticksprogram fallerar, och vad administratören får veta om det.

## För den som ville logga in

plugin-P-SIGNATURE = Inloggningen med {$method} är avstängd här tills vi har kontrollerat att den är äkta. Välj ett annat sätt att logga in, eller ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-BUNDLE = Inloggningen med {$method} är inte rätt installerad hos oss. Välj ett annat sätt att logga in, eller ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-WIT = Inloggningen med {$method} passar ännu inte den här versionen av vår tjänst. Välj ett annat sätt att logga in, eller ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-COMPILE = Inloggningen med {$method} kan inte startas hos oss. Välj ett annat sätt att logga in, eller ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-CONFIG = Inloggningen med {$method} är inte rätt inställd hos oss. Välj ett annat sätt att logga in, eller ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-CPU = Inloggningen med {$method} krävde mer beräkning än vi tillåter och stoppades. Försök igen om en stund eller välj ett annat sätt att logga in. Händer det igen? Ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-WALL = Inloggningen med {$method} tog för lång tid och stoppades. Försök igen om en stund eller välj ett annat sätt att logga in. Händer det igen? Ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-MEMORY = Inloggningen med {$method} behövde mer minne än vi tillåter och stoppades. Försök igen om en stund eller välj ett annat sätt att logga in. Händer det igen? Ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-TRAP = Något gick fel hos oss under inloggningen med {$method}. Försök igen om en stund eller välj ett annat sätt att logga in. Händer det igen? Ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-OUTPUT = Inloggningen med {$method} gav ett svar som vi inte kunde använda. Försök igen om en stund eller välj ett annat sätt att logga in. Händer det igen? Ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-BUDGET = Inloggningen med {$method} begärde för mycket på en gång och stoppades. Försök igen om en stund eller välj ett annat sätt att logga in. Händer det igen? Ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-DENIED = Inloggningen med {$method} ville göra något som vi inte tillåter och stoppades. Ingen har loggats in. Välj ett annat sätt att logga in, eller ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-HTTP = {$method} svarar inte just nu. Felet ligger inte hos dig. Försök igen om en stund eller välj ett annat sätt att logga in. Händer det igen? Ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-CLAIM = Vi kunde inte vara säkra på vem som loggade in med {$method}, så ingen har loggats in. Välj ett annat sätt att logga in, eller ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.
plugin-P-BUSY = Många loggar in med {$method} just nu. Försök igen om en stund eller välj ett annat sätt att logga in. Händer det igen? Ring {$contact}, **{$phone}**, och uppge referensnumret **{$reference}**.

## För administratören: orsaken, och vad man gör härnäst

cause-P-SIGNATURE = Paketet saknar underskrift av en nyckel som får skriva under insticksprogram av det här slaget, eller så har det ändrats efter underskriften eller nyckeln återkallats.
step-P-SIGNATURE = Hämta paketet från tillverkaren på nytt och installera det, eller lägg till tillverkarens nyckel i filen med nycklar när du har kontrollerat den på annat sätt.
cause-P-BUNDLE = Insticksprogrammets paket saknas, är skadat eller är inte byggt som ett paket ska vara; loggen namnger filen.
step-P-BUNDLE = Installera insticksprogrammet på nytt eller gå tillbaka till förra versionen.
cause-P-WIT = Komponenten är byggd mot en annan version av kontraktet eller vill ha en funktion som inget insticksprogram får. Loggen säger vilken.
step-P-WIT = Installera en version av insticksprogrammet som är gjord för den här versionen av servern, eller uppdatera servern.
cause-P-COMPILE = Komponenten är inte giltig WebAssembly, använder funktioner som är avstängda här eller krävde för mycket tid eller minne att kompilera.
step-P-COMPILE = Gå tillbaka till förra versionen och skicka raden ur loggen till tillverkaren.
cause-P-CONFIG = En adress, ett certifikat eller en nyckel, en inställning eller förtroendeprofilen för det här inloggningssättet saknas eller är fel; loggen namnger den.
step-P-CONFIG = Rätta inloggningssättet i kuvert.toml och starta om; ”kuvert plugin probe” visar om den fungerar.
cause-P-CPU = Insticksprogrammet räknade längre än ett anrop får: en slinga utan slut eller en dator som är alldeles för hårt belastad.
step-P-CPU = Se på datorns belastning. Är den lugn: gå tillbaka till förra versionen och meddela tillverkaren.
cause-P-WALL = Ett anrop tog mer än tio sekunder, oftast i väntan på leverantören.
step-P-WALL = Se på leverantörens driftsida och på nätet mellan er; ”kuvert plugin probe” provar förbindelsen.
cause-P-MEMORY = Insticksprogrammet ville ha mer minne eller större tabeller än ett anrop får.
step-P-MEMORY = Gå tillbaka till förra versionen och meddela tillverkaren.
cause-P-TRAP = Insticksprogrammet stötte på ett eget fel och gav upp; raderna före i loggen säger var.
step-P-TRAP = Började det med en ny version: gå tillbaka. Skicka raderna ur loggen till tillverkaren.
cause-P-OUTPUT = Insticksprogrammet lämnade något som kontraktet inte tillåter eller ett tillstånd som är för stort.
step-P-OUTPUT = Gå tillbaka till förra versionen och meddela tillverkaren.
cause-P-BUDGET = Insticksprogrammet gjorde fler anrop eller flyttade mer data än ett anrop får.
step-P-BUDGET = Gå tillbaka till förra versionen och meddela tillverkaren.
cause-P-DENIED = Insticksprogrammet bad om en adress, en sökväg, ett huvud eller en länk som det inte har fått; just det skickades inte. Det är trasigt, fientligt eller saknar ett tillstånd.
step-P-DENIED = Läs i loggen vad det bad om. Om det gäller en katalog i ert eget nät namnger loggen raden som ger tillstånd; ”kuvert plugin show” visar vad insticksprogrammet har fått och inte fått. Ge inget tillstånd som tillverkaren inte kan förklara; ta bort insticksprogrammet om du tvekar.
cause-P-HTTP = Leverantören gick inte att nå, dess certifikat passade inte eller den svarade med något annat än det avtalade. Hit hör svar som säger emot varandra eller saknar det som förtroendeprofilen kräver.
step-P-HTTP = Prova ”kuvert plugin probe”. Se på leverantörens driftsida, brandväggen och giltighetstiden för ert eget certifikat.
cause-P-CLAIM = Insticksprogrammet hänvisade till ett svar som inloggningen inte har, eller till en uppgift som förtroendeprofilen inte nämner. Händer det hos två kommuner är versionen i karantän överallt; händer det två gånger hos en av flera vilar inloggningssättet där.
step-P-CLAIM = Behandla det som ett angrepp tills tillverkaren har förklarat det. Se på förtroendeprofilen och gå tillbaka; ”kuvert plugin activate” häver karantänen.
cause-P-BUSY = Alla platser för anrop var upptagna i en sekund: många på en gång eller en leverantör som svarar mycket långsamt.
step-P-BUSY = Inget, om det går över. Annars: se hur lång tid leverantören tar på sig att svara.
