### What goes wrong.

error-title = Something went wrong on our side
error-text = The fault is not on your side. Try again in a while. Does it happen again? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
not-found-title = We cannot find the page
not-found-text = The page does not exist, or you do not have access to it. Check the address or go to the start page.
rate-limited-title = Too many attempts
rate-limited-text = There have been many attempts in a short time. Wait {$wait} and try again. Is it urgent? Call {$contact}, **{$phone}**.
wait-minutes =
    { $n ->
        [one] 1 minute
       *[other] {$n} minutes
    }
stale-title = The page is out of date
stale-text = Something has changed since you opened it. Nothing has been sent. Open the page again and redo the last step.
stale-again = Open the page again
