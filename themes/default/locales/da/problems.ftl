### Det, der går galt.

error-title = Noget gik galt hos os
error-text = Fejlen ligger ikke hos dig. Prøv igen om lidt. Sker det igen? Ring til {$contact}, **{$phone}**, og oplys referencenummeret **{$reference}**.
not-found-title = Vi kan ikke finde siden
not-found-text = Siden findes ikke, eller du har ikke adgang til den. Kontrollér adressen, eller gå til forsiden.
rate-limited-title = For mange forsøg
rate-limited-text = Der har været mange forsøg på kort tid. Vent {$wait}, og prøv igen. Haster det? Ring til {$contact}, **{$phone}**.
wait-minutes =
    { $n ->
        [one] 1 minut
       *[other] {$n} minutter
    }
stale-title = Siden er ikke aktuel længere
stale-text = Noget er ændret, siden du åbnede den. Der er ikke sendt noget. Åbn siden igen, og gør det sidste om.
stale-again = Åbn siden igen
