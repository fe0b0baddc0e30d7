### Borgerens sider: de to kontroller, mapperne, en besked.

## The two checks

checks-title = Vi kunne ikke åbne nogen besked
checks-lead = Du er logget ind som {$name}. Den første gang skal to ting stemme:
checks-invited = Du kom hertil med et gyldigt link eller en gyldig kode
checks-identity = Linket eller koden er til dig
not-checked = Ikke kontrolleret
checks-do = Det kan du gøre
checks-a-1 = Er mailen eller brevet til en anden? Bed den person om at åbne linket og logge ind med sit eget MitID.
checks-a-2 = Har du fået et nyt CPR-nummer, eller er du sikker på, at mailen er til dig? Så kan vi have et forkert CPR-nummer. Ring til {$contact}, **{$phone}**, og oplys hjælpekoden **{$code}**. Du behøver ikke at oplyse dit CPR-nummer.
checks-not-mine = Mailen er ikke til mig
checks-told = Tak. Vi sender ikke flere påmindelser til den mailadresse, før vi har kontrolleret den.
invitation-code-label = Kode fra mail eller brev
checks-b-1 = Åbn linket i den seneste mail fra {$municipality}, eller skriv koden fra mailen eller brevet.
checks-b-2 = Se i mappen med uønsket mail (spam) og i dine andre mailkonti.
checks-b-3 = Finder du ikke noget? Ring, og oplys hjælpekoden
checks-foot = Af hensyn til sikkerheden oplyser vi ikke, om der er en besked, før begge ting stemmer. Beskeder vises her i {$days} dage.

## Folders

have-code = Har du en kode fra en mail eller et brev?
empty-inbox = Her er ingen beskeder lige nu. Beskeder fra {$municipality} vises her i {$days} dage. Venter du på en besked? Åbn linket i mailen, eller skriv koden fra mailen eller brevet.
sent-eye = Øjet viser, at kommunen har åbnet din besked.
empty-sent = Her er ingen sendte beskeder. Det, du sender, vises her i {$days} dage.
drafts-own = Kun du kan se dine kladder.
empty-drafts = Her er ingen kladder. Det, du begynder at skrive, gemmes her automatisk, og kun du kan se det.
delete-draft-named = Slet kladden {$subject}

## A message

earlier = Tidligere i korrespondancen
you-wrote = Du skrev
how-long = Hvor længe beskeden er her
kept-elsewhere = Når en besked slettes herfra, kan kommunen stadig have den. Hører den til en sag, gemmer kommunen den på sagen efter lovens regler.

## The receipt

receipt-title = Din besked er modtaget
receipt-number = Nummer
receipt-time = Tidspunkt
receipt-next = Svar
receipt-next-text = Du får en mail, når vi har svaret.
receipt-until = Kan læses
