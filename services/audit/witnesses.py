"""Asking witnesses to cosign a checkpoint (C2SP tlog-witness): ``POST <url>/add-checkpoint``."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field

import httpx

from staffel_contracts.tlog.checkpoint import SignedCheckpoint
from staffel_contracts.tlog.cosignature import cosignatures
from staffel_contracts.tlog.note import Malformed, Note, Signature, Unsigned, read_signatures
from staffel_contracts.tlog.policy import Policy, Witness
from staffel_contracts.tlog.tree import NodeReader, consistency_proof

_SECONDS = 5.0
_OK, _CONFLICT = 200, 409
_MOST_BYTES = 16_384


class Contradicted(Exception):
    """A witness saw another history than this one."""


class Ahead(Exception):
    """A witness saw a longer log than this one, in a newer checkpoint or in another history."""

    def __init__(self, size: int) -> None:
        """Say how many entries it saw."""
        super().__init__(f"saw {size} entries")
        self.size = size


class Silent(Exception):
    """A witness did not answer as a witness does; nothing follows from that for the log."""


@dataclass
class Asked:
    """What witnesses said: who cosigned, who is silent and why, who contradicts, who saw more."""

    signatures: list[Signature] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    contradicted: list[str] = field(default_factory=list)
    ahead: dict[str, int] = field(default_factory=dict)
    """How many entries each saw that saw more."""


class Witnesses:
    """The witnesses of a policy that have an address, and how far each has seen each log."""

    def __init__(self, policy: Policy) -> None:
        """Prepare to ask; ``close`` in the end."""
        self._witnesses = _reachable(policy)
        self._seen: dict[tuple[str, str], int] = {}
        self._http = httpx.AsyncClient(timeout=_SECONDS, trust_env=False)

    def trust(self, policy: Policy) -> None:
        """Ask the witnesses of another policy from now on."""
        self._witnesses = _reachable(policy)

    async def ask(self, signed: SignedCheckpoint, node: NodeReader) -> Asked:
        """Ask all of them to cosign; ``node`` reads the tree that the checkpoint is of."""
        asked = (self._ask(name, w, signed, node) for name, w in self._witnesses.items())
        answers = zip(
            self._witnesses, await asyncio.gather(*asked, return_exceptions=True), strict=True
        )
        found = Asked()
        for name, answer in answers:
            match answer:
                case Ahead():
                    found.ahead[name] = answer.size
                case Contradicted():
                    found.contradicted.append(f"{name} {answer}")
                case Silent() | httpx.HTTPError() | TimeoutError():
                    found.silent.append(f"{name}: {str(answer) or type(answer).__name__}")
                case BaseException():
                    raise answer
                case signatures:
                    found.signatures += signatures
        return found

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _ask(
        self, name: str, witness: Witness, signed: SignedCheckpoint, node: NodeReader
    ) -> tuple[Signature, ...]:
        async with asyncio.timeout(_SECONDS):
            return await self._ask_in_time(name, witness, signed, node)

    async def _ask_in_time(
        self, name: str, witness: Witness, signed: SignedCheckpoint, node: NodeReader
    ) -> tuple[Signature, ...]:
        size, place = signed.checkpoint.size, (name, signed.checkpoint.origin)
        answer = await self._post(witness, signed, node, min(self._seen.get(place, 0), size))
        if answer.status_code == _CONFLICT:
            seen = _size_in(answer)
            if seen > size:
                raise Ahead(seen)
            self._seen[place] = seen
            answer = await self._post(witness, signed, node, seen)
        if answer.status_code in {_CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY}:
            raise Contradicted(f"saw another history of {signed.checkpoint.origin}")
        if answer.status_code != _OK:
            raise Silent(f"answers {answer.status_code}")
        found = _cosignatures_in(answer, witness, signed)
        self._seen[place] = size
        return found

    async def _post(
        self, witness: Witness, signed: SignedCheckpoint, node: NodeReader, old: int
    ) -> httpx.Response:
        size = signed.checkpoint.size
        proof = consistency_proof(node, old, size)
        lines = [f"old {old}", *(b64encode(h).decode() for h in proof), ""]
        body = "".join(f"{line}\n" for line in lines).encode() + signed.encode()
        url = f"{str(witness.url).rstrip('/')}/add-checkpoint"
        return await self._http.post(url, content=body)


def _size_in(answer: httpx.Response) -> int:
    text = answer.text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 19:  # noqa: PLR2004 - 2^63 - 1
        raise Silent("answers 409 without the size that it saw")
    return int(text)


def _cosignatures_in(
    answer: httpx.Response, witness: Witness, signed: SignedCheckpoint
) -> tuple[Signature, ...]:
    """The witness's own signature lines, verified: all others are not taken over."""
    try:
        lines = read_signatures(answer.content[:_MOST_BYTES].decode())
        own = tuple(line for line in lines if line.is_of(witness.key))
        found = cosignatures(Note(signed.note.text, own), [witness.key])
    except (Malformed, Unsigned, UnicodeDecodeError) as error:
        raise Silent("answers with what is not its cosignature") from error
    if not found:
        raise Silent("answers without its cosignature")
    return own


def _reachable(policy: Policy) -> dict[str, Witness]:
    return {name: witness for name, witness in policy.witnesses.items() if witness.url}
