name = BankID
visible = You are identifying yourself to { $domain }. Approve only if you have just opened that page yourself.

open-and-scan = Open the BankID app on your phone and scan the QR code.
opening-app = Press the button to open the BankID app on this device.
open-app = Start the BankID app.
not-opened = The BankID app has not been opened yet. Press the button again. Is your BankID on another device? Then show a QR code.
other-browser = BankID cannot send you back to this browser. Open the page in Safari, Chrome or Firefox, or show a QR code.
no-contact = BankID does not answer at the moment. We are trying again.
searching-computer = Looking for BankID. Make sure that you have a valid BankID on this computer. If it is on a card, put the card into the reader.
searching-device = Looking for BankID. This may take a moment.
read-document = Photograph and scan your identity document with the BankID app.
type-code = Type your security code in the BankID app and choose to identify yourself.
in-progress = The identification is going on.

you-cancelled = You cancelled in the BankID app.
cancelled = The identification was cancelled because another one was started with your BankID. Try again.
no-answer = The BankID app did not answer in time. Check that it is running and that you are online, then try again.
blocked = Your BankID is blocked or too old. Use another BankID or get a new one from your bank.
app-not-found = The BankID app could not be opened on this device. Is the app on another device? Then choose the QR code.
not-scanned = The QR code was never scanned. Try again when you have the BankID app at hand.
app-too-old = Your BankID app is too old. Update it and try again.
risk = BankID judged the identification unsafe and stopped it. Is somebody on the phone with you? Hang up.
already-in-progress = Another identification was going on with your BankID. Both were stopped. Try again.
out-of-order = BankID does not work here at the moment. The municipality has to mend it.
try-again = Something went wrong at BankID. Try again in a while.
our-fault = Something went wrong on our side. Try again.
maintenance = BankID is closed for maintenance. Try again in a while.
