### Invånarens sidor: de två kontrollerna, mapparna, ett meddelande.

## The two checks

checks-title = Vi kunde inte öppna något meddelande
checks-lead = Du är inloggad som {$name}. Första gången ska två saker stämma:
checks-invited = Du kom hit med en giltig länk eller kod
checks-identity = Länken eller koden är till dig
not-checked = Inte kontrollerat
checks-do = Det här kan du göra
checks-a-1 = Är mejlet eller brevet till någon annan? Be den personen öppna länken och logga in med sin egen e-legitimation.
checks-a-2 = Har du fått ett nytt personnummer, eller är du säker på att mejlet är till dig? Då kan vi ha fel personnummer. Ring {$contact}, **{$phone}**, och säg hjälpkoden **{$code}**. Du behöver inte säga ditt personnummer.
checks-not-mine = Mejlet är inte till mig
checks-told = Tack. Vi skickar inga fler påminnelser till den e-postadressen förrän vi har kontrollerat den.
invitation-code-label = Kod från mejl eller brev
checks-b-1 = Öppna länken i det senaste mejlet från {$municipality}, eller skriv koden från mejlet eller brevet.
checks-b-2 = Titta i skräpposten och i dina andra e-postkonton.
checks-b-3 = Hittar du inget? Ring och säg hjälpkoden
checks-foot = Av säkerhetsskäl säger vi inte om det finns något meddelande förrän båda sakerna stämmer. Meddelanden visas här i {$days} dagar.

## Folders

have-code = Har du en kod från ett mejl eller brev?
empty-inbox = Här finns inga meddelanden just nu. Meddelanden från {$municipality} visas här i {$days} dagar. Väntar du på ett meddelande? Öppna länken i mejlet, eller skriv koden från mejlet eller brevet.
sent-eye = Ögat visar att kommunen har öppnat ditt meddelande.
empty-sent = Här finns inga skickade meddelanden. Det du skickar visas här i {$days} dagar.
drafts-own = Bara du kan se dina utkast.
empty-drafts = Här finns inga utkast. Det du börjar skriva sparas här automatiskt, och bara du kan se det.
delete-draft-named = Ta bort utkastet {$subject}

## A message

earlier = Tidigare i konversationen
you-wrote = Du skrev
how-long = Hur länge meddelandet finns
kept-elsewhere = När ett meddelande tas bort härifrån kan kommunen ha det kvar. Hör det till ett ärende sparar kommunen det i ärendet enligt lagens regler.

## The receipt

receipt-title = Ditt meddelande har kommit in
receipt-number = Nummer
receipt-time = Tid
receipt-next = Svar
receipt-next-text = Du får ett mejl när vi har svarat.
receipt-until = Kan läsas
