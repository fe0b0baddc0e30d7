name = Example ID
scan = Open Example ID on your phone and scan the code.
open-app = Start Example ID on this device.
approve = Approve in Example ID. You are identifying yourself to { $domain }.
in-progress = The identification is going on.

you-cancelled = You cancelled in Example ID.
too-late = It took too long. Try again.
out-of-order = Example ID does not work here at the moment. The municipality has to mend it.
try-again = Something went wrong at Example ID. Try again in a while.
