name = OpenID Connect
# What people know it by, where the trust profile is of one e-ID.
name-mitid-signaturgruppen = MitID
name-mitid-signaturgruppen-erhverv = MitID Erhverv
name-mitid-idura = MitID
name-mitid-idura-erhverv = MitID Erhverv
name-freja-oidc = Freja
in-progress = You are being signed in.

you-cancelled = You cancelled the sign-in.
provider-down = The sign-in service does not answer at the moment. Try again in a while.
out-of-order = This way to sign in does not work at the moment. The municipality has to mend it.
old-page = You came back from a sign-in that was already over. Sign in again.
sign-in-anew = The sign-in was too old. Sign in again.
not-trusted = The answer of the sign-in service could not be trusted. Try again.
level-too-low = The assurance level of your e-ID is too low for this service.
no-number = The sign-in carries no identity number, and your mailbox cannot be found without it. Contact the municipality.
no-organisation = The sign-in is for no organisation. Sign in again and choose whom you act for.
another-kind = The sign-in was for something else than is needed here, such as an organisation instead of yourself. Sign in again.
second-factor = The sign-in does not show that you used a second factor, such as a code on your phone. Sign in again with one.
other-directory = The account belongs to another directory than the municipality's. Sign in with your account at the municipality.
guest = You are a guest in the municipality's directory, and guests do not get in here. Sign in with an account of the municipality.
try-again = Something went wrong while signing in. Try again.
