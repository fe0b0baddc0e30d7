name = Freja

open-and-scan = Open the Freja app on your phone and scan the QR code.
open-app = Open the Freja app on this device.
not-opened = The Freja app has not been opened yet. Press the button again. Is your Freja on another device? Then show a QR code.
no-contact = Freja does not answer at the moment. We are trying again.
approve = Approve in the Freja app.
in-progress = The identification is going on.

you-cancelled = You cancelled in the Freja app.
cancelled = The identification was cancelled. Try again.
no-answer = The Freja app did not answer in time. Check that you are online, then try again.
already-in-progress = Another identification was going on with your Freja. Both were stopped. Try again.
needs-plus = To read your mail you need Freja+. You can upgrade in the Freja app.
no-number = Your Freja has no Swedish personal number. Without one we cannot see which mail is yours.
switched-off = You have switched this service off in the Freja app. Switch it on there and try again.
unknown-user = Freja does not know you. Check that your Freja is active in the app.
out-of-order = Freja does not work here at the moment. The municipality has to mend it.
try-again = Something went wrong at Freja. Try again in a while.
