### Writing and attaching; what must be mended.

## Writing

back-to-message = To the message
quoted = The message you are replying to
send = Send
send-staff = Send securely
save-draft = Save draft
delete-draft = Delete draft
delete-draft-sure = Delete the draft? It cannot be brought back.
keep-draft = Keep the draft
close = Close (the draft is saved)
saved = Saved {$time}
not-saved = Not saved. We will try again.

## Files

attach = Attach files
attach-limits = Up to {$files} files, at most {$size} each: PDF, Word, Excel, text and images. Photos from your phone are fine.
choose-files = Choose files
attach-chosen = Attach the chosen files
file-ready = Ready, {$size}
remove-file = Remove {$file}
upload-progress = {$percent}%, {$done} of {$total}
upload-checking = Arrived. Saving the file …
upload-finished = The file {$file} is attached.
upload-cancelled = The upload of {$file} is cancelled.
upload-pending = Wait until the files are ready, or cancel them.
upload-left-out = A file could not be attached. Remove it from the list, or try again, before you send.
upload-too-large = The file {$file} is too large ({$size}). A file may be at most {$max}. Split the file or save it in a smaller format.
upload-type = The file {$file} cannot be attached because its type is not allowed. You can attach PDF, Word, Excel, text and images. Save the file as a PDF, for example, and try again.
upload-connection = The connection was lost while the file {$file} was being uploaded. Check your connection and press “Try again”.

## What must be mended

faults-title =
    { $n ->
        [one] One thing must be corrected
       *[other] {$n} things must be corrected
    }
fault-subject-missing = Write a subject.
fault-subject-too-long = The subject is too long. Shorten it.
fault-text-missing = Write a message.
fault-text-too-long = The text is too long. Shorten it or attach it as a file.
fault-text-broken = The text has characters that cannot be shown. Remove them.
fault-number-missing = Write the recipient’s number.
fault-number-bad = The number is not well formed. Check the digits.
fault-address-missing = Write the recipient’s e-mail address.
fault-address-bad = The e-mail address is not well formed. Check the spelling.
fault-code-missing = Type the code from the e-mail or letter.
fault-code-bad = The code is not well formed. It has eight characters, for example H4K9-TR2M.
fault-code-nothing = The code did not open anything. Check it, or call and give the help code.
fault-case-missing = Write a case number.
fault-case-bad = The case number is not well formed.
fault-file-too-large = The file {$file} is too large. Split it or save it in a smaller format.
fault-file-type = The file {$file} cannot be attached because its type is not allowed. Save it as a PDF, for example, and try again.
fault-file-empty = The file {$file} is empty. Choose another file.
fault-file-name = The file has a name that cannot be used. Rename it and try again.
fault-file-too-many = There is no room for the file {$file}. Remove another file, or send it in a new message.
