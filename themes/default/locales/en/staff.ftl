### The staff’s pages.

## Mailboxes and threads

mailboxes = Mailboxes and drafts
write-new = Write a new message
show = Show
show-all = All
show-unread = Unread
show-undecided = Undecided
latest-incoming = The resident has written
latest-opened = Opened
latest-never-opened = Never opened
empty-mailbox-all = There are no conversations here yet. Write a new message to begin one.
empty-mailbox-unread = Everything in the mailbox has been read.
empty-mailbox-undecided = Everything in the mailbox has been decided.

## A thread

about-thread = About the conversation
case = case {$case}
registration = Registration
registration-undecided = Undecided
registration-registered = Registered
registration-filed = Filed in the case
registration-minor = Of minor importance
registration-decide = Decide
registration-change = Change
do-register = Register
do-file = File in the case
case-number = Case number
undecided-do = Register the message, file it in the case or mark it as of minor importance.
undecided-resident = The resident can read it until the end of {$date}.
undecided-ours = Our copy is deleted only when someone has decided.
delivery = Delivery of your message
delivery-queued = Notice queued
delivery-handed = Handed to the recipient’s mail server
delivery-refused = The mail server did not accept the notice. Check the address.
delivery-disowned = Someone else got the notice and has said that it is not for them. Check the address. No more notices are sent there.
delivery-opened = Opened
never-opened = The message was never opened and the recipient can no longer read it. Reach the person another way: call, send a letter or write a new message.
recipient = Recipient
recipient-until = Can read until the end of {$date}

## Right after Send

sent-title = Sent {$date}
sent-text = The recipient gets an e-mail saying that there is a message. The e-mail shows neither subject nor text.

## Writing

personal-number-se = Personal identity number or coordination number
personal-number-dk = CPR number
email-address = E-mail address
check-recipient = Check recipient
settings = Settings of the message
case-system = Do you have a case system for this?
case-system-text = Then rather write from there.
notice-language = Language of the notice
band-ready = Goes into the portal
band-ready-text = Notice by e-mail to {$address}. The e-mail shows neither subject nor text.
band-doubtful = Check before you send
band-doubtful-text = Notice by e-mail to {$address}. Read what is marked above.
band-no-recipient = Cannot be sent yet: no recipient
band-no-recipient-text = Write the recipient’s number and e-mail address.
band-blocked = Cannot be sent yet: the recipient must be corrected
band-blocked-text = Correct what is marked below the recipient.

## What was found about a recipient

check-number-ok = The number is well formed.
check-number-bad = The number is not well formed. Check the digits.
check-minor = The recipient is under 18. The message goes to the child.
check-guardians = The recipient is under 15. Write to the guardians instead, each one separately. Check first who has custody.
check-email-written = The e-mail address is well formed.
check-email-bad = The e-mail address is not well formed. Check the spelling.
check-pair-yes = The number and the address have been confirmed together.
check-pair-no = The number and the address have not been confirmed together yet. The first time, the recipient needs the link or code.
check-pair-different = The recipient has confirmed a different address. Ask the recipient which one to use before you send.
check-number-in-subject = The subject contains a personal identity number.
check-number-in-file-name = A file has a personal identity number in its name. Remove the file, rename it and attach it again.
remove-number = Remove the number
check-address-used = The address is used for another recipient. Check that it is right.
