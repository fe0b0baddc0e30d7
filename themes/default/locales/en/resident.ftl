### The resident’s pages: the two checks, the folders, a message.

## The two checks

checks-title = We could not open any message
checks-lead = You are logged in as {$name}. The first time, two things must match:
checks-invited = You came here with a valid link or code
checks-identity = The link or code is for you
not-checked = Not checked
checks-do = What you can do
checks-a-1 = Is the e-mail or letter for someone else? Ask that person to open the link and log in with their own e-ID.
checks-a-2 = Have you been given a new personal identity number, or are you sure the e-mail is for you? Then we may have the wrong number. Call {$contact}, **{$phone}**, and give the help code **{$code}**. You do not need to give your personal identity number.
checks-not-mine = The e-mail is not for me
checks-told = Thank you. We will send no more reminders to that e-mail address until we have checked it.
invitation-code-label = Code from e-mail or letter
checks-b-1 = Open the link in the latest e-mail from {$municipality}, or type the code from the e-mail or letter.
checks-b-2 = Look in your junk mail and in your other e-mail accounts.
checks-b-3 = Found nothing? Call and give the help code
checks-foot = For security reasons we do not say whether there is a message until both things match. Messages are shown here for {$days} days.

## Folders

have-code = Do you have a code from an e-mail or letter?
empty-inbox = There are no messages here right now. Messages from {$municipality} are shown here for {$days} days. Are you expecting a message? Open the link in the e-mail, or type the code from the e-mail or letter.
sent-eye = The eye shows that the municipality has opened your message.
empty-sent = There are no sent messages here. What you send is shown here for {$days} days.
drafts-own = Only you can see your drafts.
empty-drafts = There are no drafts here. What you start writing is saved here automatically, and only you can see it.
delete-draft-named = Delete the draft {$subject}

## A message

earlier = Earlier in the conversation
you-wrote = You wrote
how-long = How long the message stays
kept-elsewhere = When a message is removed from here, the municipality may still have it. If it belongs to a case, the municipality keeps it in the case, as the law requires.

## The receipt

receipt-title = Your message has been received
receipt-number = Number
receipt-time = Time
receipt-next = Reply
receipt-next-text = You get an e-mail when we have replied.
receipt-until = Can be read
