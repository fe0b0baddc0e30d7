### The notice mail (P1). Residents and their printed guides look for exactly this subject line.

notice-subject = You have received a secure message from {$municipality}
notice-title = You have received a secure message
notice-hello = Hello
notice-who = {$municipality} has sent you a secure message.
notice-why = We do so when nobody else should be able to read the content, for example when it concerns your personal data. That is why this e-mail says nothing more.
notice-open = Open the message
notice-code = Does the link not work? Go to {$host}, log in and type the code
notice-methods = You log in with {$methods}. No e-ID?
notice-get-eid = How to get one
notice-devices = You can read the message on a computer, tablet or phone, and you reply in the same place.
notice-only-you = Only the person we wrote to can open the message.
notice-until = You can read it until the end of **{$date}** ({ $n ->
        [one] 1 day
       *[other] {$n} days
    }). After that it is removed from here automatically.
notice-channel = {""}
notice-unsure = Not sure this e-mail is genuine?
notice-unsure-do = Do not click the link. Go to the municipality’s website yourself and search for “{$term}”, or call {$contact} on {$phone}. We never ask for the codes to your e-ID, and we never call to ask you to log in.
notice-automatic = This e-mail was sent automatically. Replies to it do not reach us.
notice-regards = Kind regards
notice-english = {""}
