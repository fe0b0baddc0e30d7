### Mejlet om ett nytt meddelande (P1). Invånarna och deras tryckta vägledningar letar efter precis den här ämnesraden.

notice-subject = Du har fått ett säkert meddelande från {$municipality}
notice-title = Du har fått ett säkert meddelande
notice-hello = Hej!
notice-who = {$municipality} har skickat ett säkert meddelande till dig.
notice-why = Det gör vi när ingen annan ska kunna läsa innehållet, till exempel när det handlar om dina personuppgifter. Därför står det inget mer i det här mejlet.
notice-open = Öppna meddelandet
notice-code = Fungerar inte länken? Gå till {$host}, logga in och skriv koden
notice-methods = Du loggar in med {$methods}. Har du ingen e-legitimation?
notice-get-eid = Så skaffar du en
notice-devices = Du kan läsa meddelandet på dator, surfplatta eller mobil, och du svarar på samma ställe.
notice-only-you = Bara den som vi har skrivit till kan öppna meddelandet.
notice-until = Du kan läsa det till och med **den {$date}** ({ $n ->
        [one] 1 dag
       *[other] {$n} dagar
    }). Sedan tas det bort härifrån automatiskt.
notice-channel = {""}
notice-unsure = Är du osäker på om mejlet är äkta?
notice-unsure-do = Klicka inte på länken. Gå själv till kommunens webbplats och sök på ”{$term}”, eller ring {$contact} på {$phone}. Vi frågar aldrig efter koderna till din e-legitimation, och vi ringer aldrig och ber dig logga in.
notice-automatic = Mejlet har skickats automatiskt. Svar på mejlet når inte fram till oss.
notice-regards = Vänliga hälsningar
notice-english = In English: {$municipality} has sent you a secure message. Use the link above and log in with your e-ID.
