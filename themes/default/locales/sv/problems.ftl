### Det som går fel.

error-title = Något gick fel hos oss
error-text = Felet ligger inte hos dig. Försök igen om en stund. Händer det igen? Ring {$contact}, **{$phone}**, och säg referensnumret **{$reference}**.
not-found-title = Vi hittar inte sidan
not-found-text = Sidan finns inte, eller så har du inte tillgång till den. Kontrollera adressen eller gå till startsidan.
rate-limited-title = För många försök
rate-limited-text = Det har blivit många försök på kort tid. Vänta {$wait} och försök igen. Är det bråttom? Ring {$contact}, **{$phone}**.
wait-minutes =
    { $n ->
        [one] 1 minut
       *[other] {$n} minuter
    }
stale-title = Sidan är inte aktuell längre
stale-text = Något har ändrats sedan du öppnade den. Inget har skickats. Öppna sidan igen och gör om det sista.
stale-again = Öppna sidan igen
