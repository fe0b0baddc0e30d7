"""A relying party of BankID by pybankid or bankid6, told one step at a time.

Settings: `library`, `url` of the API with a slash at its end, and the paths `ca`, `cert`, `key`. A step is
`{"do": name, "with": arguments}`; its answer is what the library made of BankID's answer, or `{"error": code}`;
with bankid6 also `{"broken_off": text}` where no connection came about.
"""

from datetime import datetime
from urllib.parse import urljoin

import peer


def with_pybankid(told):
    import ssl

    import httpx
    from bankid import BankIDClient
    from bankid.exceptions import BankIDError

    # The library knows BankID's own two addresses and roots only; the rest of it is left as it is.
    client = BankIDClient(certificates=(told["cert"], told["key"]), test_server=True)
    for name in ("auth", "phone_auth", "sign", "phone_sign", "collect", "cancel"):
        setattr(client, f"_{name}_endpoint", urljoin(told["url"], name.replace("_", "/")))
    trusted = ssl.create_default_context(cafile=told["ca"])
    trusted.load_cert_chain(told["cert"], told["key"])
    client.client = httpx.Client(headers=client.client.headers, verify=trusted)

    begun = {}

    def do(step, given):
        try:
            if step in ("authenticate", "sign", "phone_authenticate", "phone_sign"):
                answer = getattr(client, step)(**given)
                begun[answer["orderRef"]] = (datetime.now().timestamp(), answer)
                return answer
            if step == "qr":
                at, answer = begun[given["order_ref"]]
                return {"qr": client.generate_qr_code_content(answer["qrStartToken"], at, answer["qrStartSecret"])}
            answer = getattr(client, step)(**given)
            return answer if isinstance(answer, dict) else {"done": answer}
        except BankIDError as error:
            return {"error": error.json["errorCode"], "class": type(error).__name__}

    return do


def with_bankid6(told):
    import bankid6
    import requests
    from bankid6 import handlers
    from bankid6.exceptions import BankIdError

    class Lenient(datetime):
        """The library wants an offset from UTC behind the date of issue; BankID's v6 description has none."""

        @classmethod
        def strptime(cls, text, form):
            return datetime.strptime(text, form if len(text) > 10 else form.removesuffix("%z"))

    handlers.datetime = Lenient
    client = bankid6.BankIdClient(
        prod_env=True, cert_pem=told["cert"], key_pem=told["key"], ca_pem=told["ca"], request_timeout=10
    )
    client.api_url = told["url"]
    # An environment that names roots of its own would count for more than the roots given.
    client.client.trust_env = False
    started = {}

    def do(step, given):
        try:
            if step == "qr":
                return {"qr": started[given["orderRef"]].qr_data}
            answer = getattr(client, step)(**given)
        except BankIdError as error:
            return {"error": error.errorCode}
        except requests.ConnectionError as error:
            return {"broken_off": str(error)}
        if step in ("auth", "sign"):
            started[answer.orderRef] = answer
        if step == "collect" and answer.completionData:
            return {**answer.data, "read": {"number": answer.completionData.user.personalNumber}}
        return answer.data

    return do


def main():
    told = peer.settings()
    do = {"pybankid": with_pybankid, "bankid6": with_bankid6}[told["library"]](told)
    peer.say({})
    peer.answer(lambda step: do(step["do"], step["with"]))


main()
