### What residents are told when a plugin fails, and what administrators are told about it.

## For the person who wanted to log in

plugin-P-SIGNATURE = Login with {$method} is switched off here until we have made sure that it is genuine. Choose another way to log in, or call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-BUNDLE = Login with {$method} is not installed correctly on our side. Choose another way to log in, or call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-WIT = Login with {$method} does not fit this version of our service yet. Choose another way to log in, or call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-COMPILE = Login with {$method} cannot be started on our side. Choose another way to log in, or call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-CONFIG = Login with {$method} is not set up correctly on our side. Choose another way to log in, or call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-CPU = The login with {$method} took more computing than we allow and was stopped. Try again in a while or choose another way to log in. Does it keep happening? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-WALL = The login with {$method} took too long and was stopped. Try again in a while or choose another way to log in. Does it keep happening? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-MEMORY = The login with {$method} needed more memory than we allow and was stopped. Try again in a while or choose another way to log in. Does it keep happening? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-TRAP = Something went wrong on our side during the login with {$method}. Try again in a while or choose another way to log in. Does it keep happening? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-OUTPUT = The login with {$method} gave an answer that we could not use. Try again in a while or choose another way to log in. Does it keep happening? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-BUDGET = The login with {$method} asked for too much at once and was stopped. Try again in a while or choose another way to log in. Does it keep happening? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-DENIED = The login with {$method} wanted to do something that we do not allow and was stopped. Nobody was logged in. Choose another way to log in, or call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-HTTP = {$method} is not responding right now. The fault is not on your side. Try again in a while or choose another way to log in. Does it keep happening? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-CLAIM = We could not be sure who was logging in with {$method}, so nobody has been logged in. Choose another way to log in, or call {$contact}, **{$phone}**, and give the reference number **{$reference}**.
plugin-P-BUSY = Many people are logging in with {$method} right now. Try again in a while or choose another way to log in. Does it keep happening? Call {$contact}, **{$phone}**, and give the reference number **{$reference}**.

## For the administrator: the cause, and what to do next

cause-P-SIGNATURE = The bundle carries no signature of a key that may sign plugins of this kind, or it was changed after it was signed, or its key was revoked.
step-P-SIGNATURE = Fetch the bundle from its maker again and install it, or add the maker's key to the file of plugin keys once you have checked it by another way.
cause-P-BUNDLE = The plugin's bundle is missing, damaged or not built as a bundle must be; the log names the file.
step-P-BUNDLE = Install the plugin again, or roll back to the version before.
cause-P-WIT = The component was built against another version of the contract, or it asks for a function that no plugin gets. The log says which.
step-P-WIT = Install a version of the plugin that is made for this version of the appliance, or update the appliance.
cause-P-COMPILE = The component is not valid WebAssembly, uses features that are switched off here, or took too much time or memory to compile.
step-P-COMPILE = Roll back to the version before and send the maker the line from the log.
cause-P-CONFIG = An endpoint, a credential, a setting or the trust profile of this method is missing or wrong; the log names it.
step-P-CONFIG = Correct the method in kuvert.toml and restart; “kuvert plugin probe” tells whether it works.
cause-P-CPU = The plugin computed for longer than a call may: a loop without end, or a machine that is far too busy.
step-P-CPU = Look at the machine's load. If it is calm, roll back to the version before and tell the maker.
cause-P-WALL = One call took more than ten seconds, mostly waiting for the provider.
step-P-WALL = Look at the provider's status page and at the network between you and it; “kuvert plugin probe” tries it out.
cause-P-MEMORY = The plugin wanted more memory or larger tables than a call may have.
step-P-MEMORY = Roll back to the version before and tell the maker.
cause-P-TRAP = The plugin met a mistake of its own and gave up; the lines before it in the log say where.
step-P-TRAP = If it began with a new version, roll back. Send the maker the lines from the log.
cause-P-OUTPUT = The plugin returned something that the contract does not allow, or a state that is too large.
step-P-OUTPUT = Roll back to the version before and tell the maker.
cause-P-BUDGET = The plugin made more calls or requests, or moved more bytes, than one call may.
step-P-BUDGET = Roll back to the version before and tell the maker.
cause-P-DENIED = The plugin asked for an address, a path, a header or a link that was not granted; that request was not sent. It is broken, hostile or lacks a permission.
step-P-DENIED = Read in the log what it asked for. If it is a directory in your own network, the log names the line that grants it; “kuvert plugin show” lists what is granted and what is not. Grant nothing that its maker cannot explain; if in doubt, remove the plugin.
cause-P-HTTP = The provider could not be reached, its certificate did not fit, or it answered with something that is not what was agreed. That includes answers that contradict each other or lack what the trust profile requires.
step-P-HTTP = Try “kuvert plugin probe”. Look at the provider's status page, the firewall, and the dates of your own certificate.
cause-P-CLAIM = The plugin pointed at an answer that this login does not have, or at a particular that the trust profile does not name. When it happens in two municipalities the version is in quarantine everywhere; when it happens twice in one of several, this way to log in rests there.
step-P-CLAIM = Treat it as an attack until the maker has explained it. Look at the trust profile and roll back; “kuvert plugin activate” ends the quarantine.
cause-P-BUSY = All places for plugin calls were taken for a second: a crowd, or a provider that answers very slowly.
step-P-BUSY = Nothing, if it passes. If it stays, look at how long the provider takes to answer.
