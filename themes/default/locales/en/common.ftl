### What stands on every page: the frame, the labels, days and times.

## The frame

service = Secure messages
skip = Skip to the content
language = Language
language-sv = Svenska
language-da = Dansk
language-en = English
signed-in-as = Logged in as
login = Log in
logout = Log out
logout-always = Always press “Log out” when you are done. Closing the window is not enough.
test-data-title = This is a test system.
test-data-text = Write nothing real here: anybody can pretend to be somebody else.
danger = Is a life in danger? Call 112.
web-site = To the municipality’s website
to-start = To the start page
to-inbox = To the inbox
to-sent = To sent messages
continue = Continue
cancel = Cancel
back = Back
yes = Yes
no = No
or = or
copy = Copy
copied = Copied
download = Download

## Labels

folders = Folders
inbox = Inbox
sent = Sent
drafts = Drafts
message = Message
subject = Subject
no-subject = (No subject)
text = Text
from = From
to = To
to-lower = to
reply = Reply
attachments = Attachments
file-count =
    { $n ->
        [one] 1 attachment
       *[other] {$n} attachments
    }
unread = Unread
unread-count =
    { $n ->
        [one] unread
       *[other] unread
    }
opened = Opened {$date}
not-opened = Not opened yet
arrived = Received by the municipality **{$date}**
readable-until = Can be read until the end of {$date}
until = until the end of {$date}
days-left =
    { $n ->
        [one] 1 day left
       *[other] {$n} days left
    }
days-left-word =
    { $n ->
        [one] day left
       *[other] days left
    }
retention = Messages are shown here for {$days} days. Save what you want to keep.
help-code = Help code

## Days and times

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
clock = {$padded}:{$minute}
moment-today = today {$clock}
moment-yesterday = yesterday {$clock}
moment-day = {$day} {$month}
day = {$day} {$month} {$year}
moment-exact = {$weekday} {$day} {$month} {$year}, {$clock}
moment-second = {$day} {$month} {$year}, {$clock}:{$second}

## Before the session ends

idle-title = Do you want to stay logged in?
idle-text = You will be logged out in 2 minutes. What you have written is saved.
idle-text-last = You will be logged out in 30 seconds. What you have written is saved.
idle-unsaved = We could not save the last thing you wrote. Copy the text before the time runs out.
idle-stay = Yes, continue
idle-leave = Log out now
