"""Digest: right and wrong answers, old and used nonces (RFC 7616)."""

import hashlib
import itertools

import pytest

from telephony.errors import BadMessage
from telephony.sip.auth import Answerer, Challenger, Credentials, Verdict, unanswerable
from telephony.sip.headers import digest
from telephony.sip.message import Headers, Request, Response

pytestmark = pytest.mark.unit


def entropy() -> "itertools.count[int]":
    return itertools.count()


def dice(size: int, _count: "itertools.count[int]" = itertools.count()) -> bytes:  # noqa: B008
    return next(_count).to_bytes(size, "big")


def challenger(**options: object) -> Challenger:
    return Challenger("lab", dice, {"1001": "秘密secret"}.get, **options)


def request(method: str = "REGISTER", uri: str = "sip:lab") -> Request:
    return Request(method, uri, Headers())


def answered(
    server: Challenger, password: str = "秘密secret", *, user: str = "1001", now: float = 0.0,
    only: str = "",
) -> tuple[Request, Answerer]:  # fmt: skip
    asks = [(n, v) for n, v in server.challenge(now) if only in v]
    client = Answerer(Credentials(user, password), dice)
    assert client.learn(Response(server.status, "", Headers(asks)))
    signed = request()
    client.sign(signed)
    return signed, client


def test_right_password_passes_by_the_better_algorithm():
    server = challenger()
    signed, _ = answered(server)
    assert "algorithm=SHA-256" in signed.headers.get("Authorization")
    judged = server.judge(signed, 1.0)
    assert judged.passed and judged.user == "1001"


def test_md5_passes_too():
    server = challenger()
    signed, _ = answered(server, only="MD5")
    assert "algorithm=MD5" in signed.headers.get("Authorization")
    assert server.judge(signed, 1.0).passed


def test_answer_of_rfc_7616_is_the_one_we_compute():
    nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    ask = f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="{nonce}"'
    client = Answerer(Credentials("Mufasa", "Circle of Life"), lambda n: b"")
    client.learn(Response(401, "", Headers([("WWW-Authenticate", ask)])))
    signed = request("GET", "/dir/index.html")
    client.entropy = lambda n: _Hex("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    client.sign(signed)
    right = "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    assert f'response="{right}"' in signed.headers.get("Authorization")


@pytest.mark.parametrize(
    ("qop", "answers"),
    [
        (', qop="auth"', True), (", qop=auth", True), (', qop="auth-int,auth"', True),
        (', qop="AUTH"', True), ("", False),
    ],
)  # fmt: skip
def test_a_challenge_is_answered_by_the_protection_it_offers(qop: str, answers: bool) -> None:
    """Without ``qop`` as RFC 2069 had it, whose example this is (errata 749)."""
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    ask = f'Digest realm="testrealm@host.com", nonce="{nonce}"{qop}'
    client = Answerer(Credentials("Mufasa", "CircleOfLife"), dice)
    assert client.learn(Response(401, "", Headers([("WWW-Authenticate", ask)])))
    signed = request("GET", "/dir/index.html")
    client.sign(signed)
    said = signed.headers.get("Authorization")
    assert (", qop=auth, nc=00000001, cnonce=" in said) is answers
    assert ('response="1949323746fe6a43ef61f9606e7febea"' in said) is not answers


def asks(*challenges: str, status: int = 401) -> Response:
    return Response(status, "", Headers([("WWW-Authenticate", one) for one in challenges]))


def test_a_challenge_that_protects_the_body_is_answered_over_the_body() -> None:
    """RFC 7616 §3.4.3: A2 is method, address and the hash of the entity body."""
    client = Answerer(Credentials("1001", "secret"), dice)
    assert client.learn(asks('Digest realm="r", nonce="n", qop="auth-int", algorithm=SHA-256'))
    signed = Request("MESSAGE", "sip:lab", Headers(), body="您好".encode())
    client.sign(signed)
    given = digest(signed.headers.get("Authorization"))

    def h(text: bytes | str) -> str:
        return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()

    ha2 = h("MESSAGE:sip:lab:" + h("您好".encode()))
    right = h(f"{h('1001:r:secret')}:n:00000001:{given['cnonce']}:auth-int:{ha2}")
    assert (given["qop"], given["response"]) == ("auth-int", right)


@pytest.mark.parametrize(
    ("challenges", "chosen"),
    [
        (['Digest realm="r", nonce="n", algorithm=SHA-512-256, qop="auth"',
          'Digest realm="r", nonce="n", algorithm=MD5, qop="auth"'], "MD5"),
        (['Digest realm="r", nonce="n", algorithm=MD5, Digest realm="r", nonce="m", algorithm=SHA-256'],
         "SHA-256"),
        (["Digest realm=\"r", 'Digest realm="r", nonce="n"'], "MD5"),
    ],
)  # fmt: skip
def test_of_several_algorithms_the_best_we_know_is_answered(
    challenges: list[str], chosen: str
) -> None:
    client, response = Answerer(Credentials("1001", "secret"), dice), asks(*challenges)
    assert client.learn(response) and not unanswerable(response)
    signed = request()
    client.sign(signed)
    assert digest(signed.headers.get("Authorization"))["algorithm"] == chosen


@pytest.mark.parametrize(
    ("challenge", "name"),
    [
        ('Digest realm="r", nonce="n", algorithm=SHA-512-256', "SHA-512-256"),
        ('Digest realm="r", nonce="n", algorithm=AKAv1-MD5, qop="auth"', "AKAV1-MD5 auth"),
        ('Digest realm="r", nonce="n", qop="token"', "MD5 token"),
        ('Digest realm="r', ""),
    ],
)
def test_what_we_cannot_answer_is_named_and_not_answered(challenge: str, name: str) -> None:
    client, response = Answerer(Credentials("1001", "secret"), dice), asks(challenge)
    assert not client.learn(response)
    assert unanswerable(response) == name


class _Hex(bytes):
    def __new__(cls, text: str):
        made = super().__new__(cls)
        made.text = text
        return made

    def hex(self, *_: object) -> str:
        return self.text


def test_no_answer_is_asked_for_one():
    assert challenger().judge(request(), 0.0).verdict is Verdict.MISSING


def test_wrong_password_and_unknown_user_look_alike():
    server = challenger()
    for user, password in [("1001", "wrong"), ("1001", "also"), ("9999", "秘密secret")]:
        assert server.judge(answered(server, password, user=user)[0], 1.0).verdict is Verdict.WRONG
    assert server.judge(answered(server)[0], 1.0).passed


def test_old_nonce_is_stale():
    server = challenger(lifetime=60.0)
    signed, _ = answered(server, now=10.0)
    assert server.judge(signed, 71.0).verdict is Verdict.STALE
    assert "stale=true" in server.challenge(71.0, stale=True)[0][1]


def test_forged_nonce_is_stale_and_not_wrong():
    signed, _ = answered(Challenger("lab", lambda n: b"x" * n, lambda user: "秘密secret"))
    assert challenger().judge(signed, 0.0).verdict is Verdict.STALE


def test_replayed_answer_is_stale_and_a_rising_count_passes():
    server = challenger()
    signed, client = answered(server)
    assert server.judge(signed, 1.0).passed
    assert server.judge(signed, 1.1).verdict is Verdict.STALE
    following = request()
    client.sign(following)
    assert "nc=00000002" in following.headers.get("Authorization")
    assert server.judge(following, 1.2).passed


def test_answer_for_another_address_or_method_does_not_pass():
    server = challenger()
    signed, _ = answered(server)
    signed.uri = "sip:other@elsewhere"
    assert server.judge(signed, 1.0).verdict is Verdict.WRONG
    signed, _ = answered(server)
    signed.method = "INVITE"
    assert server.judge(signed, 1.0).verdict is Verdict.WRONG


def test_answer_without_qop_is_asked_again_and_a_broken_count_is_refused():
    server = challenger()
    signed, _ = answered(server)
    text = signed.headers.get("Authorization")
    signed.headers.set("Authorization", text.replace("qop=auth, ", ""))
    assert server.judge(signed, 1.0).verdict is Verdict.MISSING
    signed.headers.set("Authorization", text.replace("nc=00000001", "nc=zz"))
    with pytest.raises(BadMessage):
        server.judge(signed, 1.0)


def test_client_answers_once_and_again_when_its_nonce_is_stale():
    server = challenger()
    _, client = answered(server)
    again = Response(401, "", Headers(server.challenge(1.0)))
    assert not client.learn(again), "the same question twice means a wrong password"
    stale = Response(401, "", Headers(server.challenge(1.0, stale=True)))
    assert client.learn(stale)


def test_proxy_asks_and_is_answered_by_its_own_headers():
    server = challenger(proxy=True)
    signed, _ = answered(server)
    assert "Proxy-Authorization" in signed.headers and "Authorization" not in signed.headers
    assert server.judge(signed, 1.0).passed


def test_used_nonces_are_forgotten_when_they_cannot_be_used_any_more():
    server = challenger(lifetime=10.0)
    for second in range(0, 100, 5):
        assert server.judge(answered(server, now=float(second))[0], float(second)).passed
    assert len(server._used) <= 4
