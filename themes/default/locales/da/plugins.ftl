### Hvad borgere får at vide, når et plugin fejler, og hvad administratoren får at vide om det.

## For den, der ville logge ind

plugin-P-SIGNATURE = Login med {$method} er slået fra her, indtil vi har sikret os, at det er ægte. Vælg en anden måde at logge ind på, eller ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-BUNDLE = Login med {$method} er ikke installeret korrekt hos os. Vælg en anden måde at logge ind på, eller ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-WIT = Login med {$method} passer endnu ikke til denne version af vores tjeneste. Vælg en anden måde at logge ind på, eller ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-COMPILE = Login med {$method} kan ikke startes hos os. Vælg en anden måde at logge ind på, eller ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-CONFIG = Login med {$method} er ikke sat rigtigt op hos os. Vælg en anden måde at logge ind på, eller ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-CPU = Login med {$method} krævede mere beregning, end vi tillader, og blev stoppet. Prøv igen om lidt, eller vælg en anden måde at logge ind på. Sker det igen? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-WALL = Login med {$method} tog for lang tid og blev stoppet. Prøv igen om lidt, eller vælg en anden måde at logge ind på. Sker det igen? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-MEMORY = Login med {$method} havde brug for mere hukommelse, end vi tillader, og blev stoppet. Prøv igen om lidt, eller vælg en anden måde at logge ind på. Sker det igen? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-TRAP = Noget gik galt hos os under login med {$method}. Prøv igen om lidt, eller vælg en anden måde at logge ind på. Sker det igen? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-OUTPUT = Login med {$method} gav et svar, som vi ikke kunne bruge. Prøv igen om lidt, eller vælg en anden måde at logge ind på. Sker det igen? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-BUDGET = Login med {$method} bad om for meget på én gang og blev stoppet. Prøv igen om lidt, eller vælg en anden måde at logge ind på. Sker det igen? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-DENIED = Login med {$method} ville gøre noget, som vi ikke tillader, og blev stoppet. Ingen er blevet logget ind. Vælg en anden måde at logge ind på, eller ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-HTTP = {$method} svarer ikke lige nu. Fejlen ligger ikke hos dig. Prøv igen om lidt, eller vælg en anden måde at logge ind på. Sker det igen? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-CLAIM = Vi kunne ikke være sikre på, hvem der loggede ind med {$method}, så ingen er blevet logget ind. Vælg en anden måde at logge ind på, eller ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
plugin-P-BUSY = Mange logger ind med {$method} lige nu. Prøv igen om lidt, eller vælg en anden måde at logge ind på. Sker det igen? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.

## For administratoren: årsagen, og hvad man gør nu

cause-P-SIGNATURE = Pakken mangler en underskrift fra en nøgle, der må underskrive plugins af denne slags, eller den er ændret efter underskriften, eller nøglen er tilbagekaldt.
step-P-SIGNATURE = Hent pakken hos producenten igen, og installer den, eller føj producentens nøgle til filen med nøgler, når du har kontrolleret den ad anden vej.
cause-P-BUNDLE = Pluginets pakke mangler, er beskadiget eller er ikke bygget, som en pakke skal være; loggen nævner filen.
step-P-BUNDLE = Installer pluginet igen, eller gå tilbage til den forrige version.
cause-P-WIT = Komponenten er bygget mod en anden version af kontrakten eller vil have en funktion, som intet plugin får. Loggen siger hvilken.
step-P-WIT = Installer en version af pluginet, der er lavet til denne version af serveren, eller opdater serveren.
cause-P-COMPILE = Komponenten er ikke gyldig WebAssembly, bruger funktioner, der er slået fra her, eller krævede for meget tid eller hukommelse at kompilere.
step-P-COMPILE = Gå tilbage til den forrige version, og send linjen fra loggen til producenten.
cause-P-CONFIG = En adresse, et certifikat eller en nøgle, en indstilling eller tillidsprofilen for denne loginmetode mangler eller er forkert; loggen nævner den.
step-P-CONFIG = Ret loginmetoden i kuvert.toml, og genstart; ”kuvert plugin probe” viser, om den virker.
cause-P-CPU = Pluginet regnede længere, end et kald må: en løkke uden ende eller en maskine, der er alt for belastet.
step-P-CPU = Se på maskinens belastning. Er den rolig: gå tilbage til den forrige version, og giv producenten besked.
cause-P-WALL = Et kald tog mere end ti sekunder, mest mens der ventes på udbyderen.
step-P-WALL = Se på udbyderens driftsside og på nettet mellem jer; ”kuvert plugin probe” prøver forbindelsen.
cause-P-MEMORY = Pluginet ville have mere hukommelse eller større tabeller, end et kald må.
step-P-MEMORY = Gå tilbage til den forrige version, og giv producenten besked.
cause-P-TRAP = Pluginet stødte på en egen fejl og gav op; linjerne før i loggen siger hvor.
step-P-TRAP = Begyndte det med en ny version: gå tilbage. Send linjerne fra loggen til producenten.
cause-P-OUTPUT = Pluginet afleverede noget, som kontrakten ikke tillader, eller en tilstand, der er for stor.
step-P-OUTPUT = Gå tilbage til den forrige version, og giv producenten besked.
cause-P-BUDGET = Pluginet lavede flere kald eller flyttede flere data, end et kald må.
step-P-BUDGET = Gå tilbage til den forrige version, og giv producenten besked.
cause-P-DENIED = Pluginet bad om en adresse, en sti, et headerfelt eller et link, det ikke har fået lov til; netop det blev ikke sendt. Det er i stykker, fjendtligt eller mangler en tilladelse.
step-P-DENIED = Læs i loggen, hvad det bad om. Hvis det gælder et katalog på jeres eget net, nævner loggen den linje, der giver tilladelsen; ”kuvert plugin show” viser, hvad pluginet har fået og ikke fået. Giv ingen tilladelse, som producenten ikke kan forklare; fjern pluginet, hvis du er i tvivl.
cause-P-HTTP = Udbyderen kunne ikke nås, dens certifikat passede ikke, eller den svarede med noget andet end det aftalte. Hertil hører svar, der modsiger hinanden eller mangler det, som tillidsprofilen kræver.
step-P-HTTP = Prøv ”kuvert plugin probe”. Se på udbyderens driftsside, firewallen og gyldigheden af jeres eget certifikat.
cause-P-CLAIM = Pluginet henviste til et svar, som dette login ikke har, eller til en oplysning, som tillidsprofilen ikke nævner. Sker det i to kommuner, er versionen i karantæne overalt; sker det to gange i en af flere, hviler denne måde at logge ind på dér.
step-P-CLAIM = Behandl det som et angreb, indtil producenten har forklaret det. Se på tillidsprofilen, og gå tilbage; ”kuvert plugin activate” ophæver karantænen.
cause-P-BUSY = Alle pladser til kald var optaget i et sekund: mange på én gang eller en udbyder, der svarer meget langsomt.
step-P-BUSY = Intet, hvis det går over. Ellers: se, hvor lang tid udbyderen er om at svare.
