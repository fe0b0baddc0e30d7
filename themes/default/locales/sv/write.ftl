### Att skriva och bifoga; det som måste rättas.

## Writing

back-to-message = Till meddelandet
quoted = Meddelandet du svarar på
send = Skicka
send-staff = Skicka säkert
save-draft = Spara utkast
delete-draft = Ta bort utkast
delete-draft-sure = Vill du ta bort utkastet? Det går inte att få tillbaka.
keep-draft = Behåll utkastet
close = Stäng (utkastet sparas)
saved = Sparat kl. {$time}
not-saved = Inte sparat. Vi försöker igen.

## Files

attach = Bifoga filer
attach-limits = Upp till {$files} filer, högst {$size} var: pdf, Word, Excel, text och bilder. Foton från mobilen går bra.
choose-files = Välj filer
attach-chosen = Bifoga de valda filerna
file-ready = Klar, {$size}
remove-file = Ta bort {$file}
upload-progress = {$percent} %, {$done} av {$total}
upload-checking = Framme. Sparar filen …
upload-finished = Filen {$file} är bifogad.
upload-cancelled = Uppladdningen av {$file} är avbruten.
upload-pending = Vänta tills filerna är klara, eller avbryt dem.
upload-left-out = En fil kunde inte bifogas. Ta bort den ur listan, eller försök igen, innan du skickar.
upload-too-large = Filen {$file} är för stor ({$size}). En fil får vara högst {$max}. Dela upp filen eller spara den i ett mindre format.
upload-type = Filen {$file} kan inte bifogas eftersom filtypen inte är tillåten. Du kan bifoga pdf, Word, Excel, text och bilder. Spara till exempel filen som pdf och försök igen.
upload-connection = Anslutningen bröts medan filen {$file} laddades upp. Kontrollera din anslutning och tryck på ”Försök igen”.

## What must be mended

faults-title =
    { $n ->
        [one] En sak måste rättas
       *[other] {$n} saker måste rättas
    }
fault-subject-missing = Skriv ett ämne.
fault-subject-too-long = Ämnet är för långt. Korta det.
fault-text-missing = Skriv ett meddelande.
fault-text-too-long = Texten är för lång. Korta den eller bifoga den som en fil.
fault-text-broken = Texten innehåller tecken som inte går att visa. Ta bort dem.
fault-number-missing = Skriv mottagarens nummer.
fault-number-bad = Numret är inte rätt uppbyggt. Kontrollera siffrorna.
fault-address-missing = Skriv mottagarens e-postadress.
fault-address-bad = E-postadressen är inte rätt skriven. Kontrollera stavningen.
fault-code-missing = Skriv koden från mejlet eller brevet.
fault-code-bad = Koden är inte rätt skriven. Den har åtta tecken, till exempel H4K9-TR2M.
fault-code-nothing = Koden öppnade inget. Kontrollera den, eller ring och säg hjälpkoden.
fault-case-missing = Skriv ett diarie- eller ärendenummer.
fault-case-bad = Diarie- eller ärendenumret är inte rätt skrivet.
fault-file-too-large = Filen {$file} är för stor. Dela upp den eller spara den i ett mindre format.
fault-file-type = Filen {$file} kan inte bifogas eftersom filtypen inte är tillåten. Spara den till exempel som pdf och försök igen.
fault-file-empty = Filen {$file} är tom. Välj en annan fil.
fault-file-name = Filen har ett namn som inte går att använda. Byt namn på den och försök igen.
fault-file-too-many = Filen {$file} får inte plats. Ta bort en annan fil, eller skicka den i ett nytt meddelande.
