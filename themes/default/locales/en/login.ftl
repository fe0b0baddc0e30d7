### From the start page to being logged in and out again.

## Start

start-title = Start
start-lead = Here you read and answer secure messages from {$municipality}. Only you and the person you write with can read them.
start-new = **New here?** Use the link in the e-mail you received, or log in and type the code.
no-eid = No e-ID?
get-eid = How to get one
or-call = or call {$contact}, **{$phone}** ({$hours})
address = Look at the address in your browser: it must start with

## The page behind every link of a notice: it never says that a message exists

invitation-title = Log in to continue
invitation-lead = Here you read and answer secure messages from {$municipality}.
invitation-own = Use your own e-ID. Is the e-mail or letter for someone else? Then that person is the one to log in.
invitation-code = Do you have a code from an e-mail or letter? You type it after you have logged in.
invitation-urgent = Is it urgent? Call us on **{$phone}**. Is a life in danger? Call 112.

## Ways to log in

method-this = {$method} on this device
method-other = {$method} on another device
method-other-hint = Shows a QR code that you scan with your phone
method-last = You used this last time
login-with = Log in with {$method}
login-step-open = Open {$method} on your phone.
login-step-scan = Press the QR icon in the app.
login-step-confirm = Scan the code here and enter your security code.
open-here = Open {$method} on this device
show-code = Show a QR code for another device
qr-alt = QR code for {$method}. Can you not scan it? Choose to open {$method} on this device.
qr-alt-only = QR code for {$method}. Can you not scan it? Choose another way to log in.
time-left = Time left:
time-left-bar = Time left
cannot-scan = Can you not scan the code?
cannot-scan-text = Hold the phone still, about 20 centimetres from the screen, and make the screen brighter.
cannot-scan-here = Do you have {$method} on this device? Then choose “Open {$method} on this device”.
cannot-scan-call = You can also call {$contact}, **{$phone}**.
login-call = Are you stuck? Call {$contact}, **{$phone}** ({$hours}).
login-warning = Log in only if you opened this page yourself. Has someone called and asked you to log in? Hang up.
waiting-moment = One moment …
waiting-silent = {$method} is not responding right now. The fault is not on your side. You can wait here: your login goes on when {$method} responds again. Is it urgent? Call {$contact}, **{$phone}**.
waiting-return = You have approved in {$method}. Wait here until the app sends you back.
waiting-return-elsewhere = Did the app open another browser? Then the login cannot be finished, for security reasons. Log in from that browser instead, or show a QR code here.
waiting-away = We cannot get through right now. Check that you are connected to the internet. The page goes on by itself.
waiting-moved = You began to log in anew in another tab. Go on in that one, or bring the login here.
waiting-moved-here = Go on here
paused-text = You left the page, so the earlier code is no longer valid.
paused-again = Show a new code

## On to the provider, and back

leaving-title = You are being sent on to {$method}
leaving-text = Nothing happening? Press the button.
leaving-link = Continue to {$method}
finish-title = You are logged in
finish-text = The login with {$method} is complete.

## Sent to a browser that began no login

elsewhere-title = You are not logged in in this browser
elsewhere-text = The app sent you here, but the login was started in another browser. For security reasons it is now over.
elsewhere-lost = Log in from here instead, or start again in the other browser.
elsewhere-link = Did you come from a link in an e-mail? Then open the link once more, in this browser, to get to the right place.
elsewhere-begin = Log in here
elsewhere-warning = Did you not start a login yourself? Then someone else has tried to log in as you. That person was not let in. Do not approve anything more, hang up if someone is calling, and call {$contact}, **{$phone}**.

## When a login fails

failed-title = You are not logged in
failed-title-no-role = This account has no mailbox here
eid-user-cancelled = The login with {$method} was cancelled. Try again or choose another way to log in.
eid-expired = Time ran out before the login was finished. Have {$method} ready and try again.
eid-not-started = {$method} did not start. Check that the app is installed and up to date, or use another device. Then try again.
eid-busy = Another login with {$method} is already in progress. Cancel it in the app, wait a minute and try again. Never approve a login that you did not start yourself.
eid-credential = Your e-ID from {$method} is blocked or no longer valid. Contact its issuer or choose another way to log in.
eid-risk = The login was stopped for security reasons. Has someone called and asked you to log in? Hang up. Otherwise you can try again later or call {$contact}, **{$phone}**.
eid-assurance = Your e-ID has too low a level of assurance for this service. Raise the level in {$method} or log in with {$methods}.
eid-assurance-alone = Your e-ID has too low a level of assurance for this service. Raise the level in {$method} and try again, or call {$contact}, **{$phone}**.
eid-no-number = Your e-ID from {$method} holds no identity number that we can use. Choose another way to log in, or call {$contact}, **{$phone}**.
eid-second-factor = Your login with {$method} does not show that you used a second factor, such as a code on your phone. Log in again with one, or ask whoever looks after {$method} for help.
eid-organisation = You logged in for an organisation, and your own mailbox opens only when you log in as yourself. Log in again with {$method} and choose yourself.
eid-no-role = You are logged in with {$method}, but your account does not belong to any mailbox here. Contact whoever manages access at your workplace.
eid-provider-down = {$method} is not responding right now. The fault is not on your side. Try again in a while or choose another way to log in.
eid-config = Login with {$method} is not working on our side right now. Choose another way to log in, or call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
eid-unknown = The login failed. Try again. Does it keep happening? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
eid-call = Are you stuck? Call {$contact}, **{$phone}** ({$hours}), and give the reference number **{$reference}**.
eid-retry = Try again
eid-other = Choose another way to log in

## Logged out

logged-out-title = You are logged out
logged-out-idle = Nothing happened for a while.
logged-out-text = What you had started writing will still be here as a draft when you log in again.
parting-text = You are logged out here. Your login with {$method} is now being ended too.
parting-link = Log out of {$method}
login-again = Log in again

## Staff

staff = Staff
staff-login-title = Log in as staff
staff-login-lead = Here you write and read secure messages for {$municipality}. Log in with your work account.
staff-login-resident = Have you received a message from the municipality?
staff-login-resident-link = Log in as a resident
