### At skrive og vedhæfte; det, der skal rettes.

## Writing

back-to-message = Til beskeden
quoted = Beskeden, du svarer på
send = Send
send-staff = Send sikkert
save-draft = Gem kladde
delete-draft = Slet kladde
delete-draft-sure = Vil du slette kladden? Den kan ikke hentes tilbage.
keep-draft = Behold kladden
close = Luk (kladden gemmes)
saved = Gemt kl. {$time}
not-saved = Ikke gemt. Vi prøver igen.

## Files

attach = Vedhæft filer
attach-limits = Op til {$files} filer, højst {$size} hver: pdf, Word, Excel, tekst og billeder. Fotos fra mobilen er fine.
choose-files = Vælg filer
attach-chosen = Vedhæft de valgte filer
file-ready = Klar, {$size}
remove-file = Fjern {$file}
upload-progress = {$percent} %, {$done} af {$total}
upload-checking = Fremme. Gemmer filen …
upload-finished = Filen {$file} er vedhæftet.
upload-cancelled = Uploaden af {$file} er afbrudt.
upload-pending = Vent, til filerne er klar, eller annullér dem.
upload-left-out = En fil kunne ikke vedhæftes. Fjern den fra listen, eller prøv igen, før du sender.
upload-too-large = Filen {$file} er for stor ({$size}). En fil må højst fylde {$max}. Del filen op, eller gem den i et mindre format.
upload-type = Filen {$file} kan ikke vedhæftes, fordi filtypen ikke er tilladt. Du kan vedhæfte pdf, Word, Excel, tekst og billeder. Gem for eksempel filen som pdf, og prøv igen.
upload-connection = Forbindelsen blev afbrudt, mens filen {$file} blev uploadet. Kontrollér din forbindelse, og tryk på ”Prøv igen”.

## What must be mended

faults-title =
    { $n ->
        [one] Én ting skal rettes
       *[other] {$n} ting skal rettes
    }
fault-subject-missing = Skriv et emne.
fault-subject-too-long = Emnet er for langt. Gør det kortere.
fault-text-missing = Skriv en besked.
fault-text-too-long = Teksten er for lang. Gør den kortere, eller vedhæft den som en fil.
fault-text-broken = Teksten indeholder tegn, der ikke kan vises. Fjern dem.
fault-number-missing = Skriv modtagerens nummer.
fault-number-bad = Nummeret er ikke opbygget korrekt. Kontrollér cifrene.
fault-address-missing = Skriv modtagerens mailadresse.
fault-address-bad = Mailadressen er ikke skrevet korrekt. Kontrollér stavningen.
fault-code-missing = Skriv koden fra mailen eller brevet.
fault-code-bad = Koden er ikke skrevet korrekt. Den har otte tegn, for eksempel H4K9-TR2M.
fault-code-nothing = Koden åbnede ikke noget. Kontrollér den, eller ring, og oplys hjælpekoden.
fault-case-missing = Skriv et sagsnummer.
fault-case-bad = Sagsnummeret er ikke skrevet korrekt.
fault-file-too-large = Filen {$file} er for stor. Del den op, eller gem den i et mindre format.
fault-file-type = Filen {$file} kan ikke vedhæftes, fordi filtypen ikke er tilladt. Gem den for eksempel som pdf, og prøv igen.
fault-file-empty = Filen {$file} er tom. Vælg en anden fil.
fault-file-name = Filen har et navn, der ikke kan bruges. Giv den et andet navn, og prøv igen.
fault-file-too-many = Der er ikke plads til filen {$file}. Fjern en anden fil, eller send den i en ny besked.
