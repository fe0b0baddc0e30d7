### Mailen om en ny besked (P1). Borgerne og deres trykte vejledninger leder efter præcis denne emnelinje.

notice-subject = Du har fået en sikker besked fra {$municipality}
notice-title = Du har fået en sikker besked
notice-hello = Hej
notice-who = {$municipality} har sendt dig en sikker besked.
notice-why = Det gør vi, når ingen andre skal kunne læse indholdet, for eksempel når det handler om dine personoplysninger. Derfor står der ikke mere i denne mail.
notice-open = Åbn beskeden
notice-code = Virker linket ikke? Gå til {$host}, log ind, og skriv koden
notice-methods = Du logger ind med {$methods}. Har du ikke et e-id?
notice-get-eid = Sådan får du det
notice-devices = Du kan læse beskeden på computer, tablet eller mobil, og du svarer samme sted.
notice-only-you = Kun den, vi har skrevet til, kan åbne beskeden.
notice-until = Du kan læse den til og med **den {$date}** ({ $n ->
        [one] 1 dag
       *[other] {$n} dage
    }). Derefter slettes den automatisk herfra.
notice-channel = Beskeden ligger hos kommunen. Du finder den ikke i Digital Post.
notice-unsure = Er du usikker på, om mailen er ægte?
notice-unsure-do = Klik ikke på linket. Gå selv ind på kommunens hjemmeside, og søg på ”{$term}”, eller ring til {$contact} på {$phone}. Vi beder aldrig om koderne til dit e-id, og vi ringer aldrig for at få dig til at logge ind.
notice-automatic = Mailen er sendt automatisk. Svar på mailen når ikke frem til os.
notice-regards = Venlig hilsen
notice-english = In English: {$municipality} has sent you a secure message. Use the link above and log in with your e-ID.
