"""The sealer: gives committed audit rows their positions in a Merkle tree and signs its head.

Leaves and nodes are hashed as in RFC 9162 section 2.1.1. A head can be sent to a partner: a log that was
cut or replaced later cannot reproduce it. One sealer of a place runs at a time (advisory lock).
"""

from __future__ import annotations

import hashlib
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aggregator.store import audit_tree
from aggregator.store.audit import chained
from aggregator.store.postgres import Database
from aggregator.store.vault import Secrets

_BATCH = 5_000


class Tree:
    """An append-only Merkle tree known by its frontier: the roots of its full subtrees, largest first."""

    def __init__(self, size: int = 0, frontier: tuple[bytes, ...] = ()) -> None:
        self.size = size
        self._frontier = list(frontier)

    def append(self, leaf: bytes) -> None:
        node = hashlib.sha256(b"\x00" + leaf).digest()
        size = self.size
        while size & 1:
            node = hashlib.sha256(b"\x01" + self._frontier.pop() + node).digest()
            size >>= 1
        self._frontier.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The head's hash; of the empty tree, the hash of nothing."""
        if not self._frontier:
            return hashlib.sha256(b"").digest()
        node = self._frontier[-1]
        for left in reversed(self._frontier[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node

    def frontier(self) -> bytes:
        return b"".join(self._frontier)

    @classmethod
    def at(cls, size: int, frontier: bytes) -> Tree:
        return cls(size, tuple(frontier[i : i + 32] for i in range(0, len(frontier), 32)))


def _signed(size: int, root: bytes, at: datetime) -> bytes:
    return b"carerecord audit head\n%d\n%s\n%s\n" % (size, root.hex().encode(), at.isoformat().encode())


class Sealer:
    def __init__(self, record: Database, secrets: Secrets) -> None:
        self._record = record
        self._secrets = secrets

    async def seal(self, now: datetime) -> int:
        """Seal what was committed since the last head; how many rows. 0 when another sealer is at work."""
        async with self._record.transaction() as connection:
            if not await audit_tree.lock(connection):
                return 0
            head = await audit_tree.last_head(connection)
            tree = Tree.at(head.size, head.frontier) if head else Tree()
            rows = await audit_tree.unsealed(connection, head, _BATCH)
            if not rows:
                return 0
            first = tree.size
            for row in rows:
                tree.append(row.mac)
            await audit_tree.place(connection, first, rows)
            root = tree.root()
            signature = self._secrets.signing.sign(_signed(tree.size, root, now))
            await audit_tree.add_head(
                connection, audit_tree.Head(tree.size, root, tree.frontier(), now, signature)
            )
        return len(rows)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``bad`` names the first bad place, or is empty. ``unsealed`` rows are newer than the last head."""

    rows: int
    heads: int
    unsealed: int
    bad: str = ""


async def verify(
    record: Database, secrets: Secrets, partner_head: tuple[int, bytes] | None = None
) -> Verdict:
    """Recompute every chain, the tree and every signed head; stop at the first bad place.

    ``partner_head`` (size, root) is a head that a partner kept: it proves a cut or replaced log.
    """
    public: Ed25519PublicKey = secrets.signing.public_key()
    count = unsealed = 0
    # A walk may end early: it is closed before its connection goes back.
    async with record.connection() as connection, aclosing(audit_tree.by_writer(connection)) as rows:
        writer, expected, before = "", 1, b""
        async for row in rows:
            if row.writer != writer:
                writer, expected, before = row.writer, 1, b""
            if row.counter != expected:
                return Verdict(count, 0, unsealed, f"writer {writer}: row {expected} is missing")
            mac = chained(secrets.audit, before, row.writer, row.counter, row.at, row.person_id, row.body)
            if mac != row.mac:
                return Verdict(count, 0, unsealed, f"writer {writer}: row {row.counter} was changed")
            before, expected, count = mac, expected + 1, count + 1
            unsealed += row.position is None
    leaf: bytes | None
    async with record.connection() as connection:
        heads = await audit_tree.heads(connection)
        waiting = {h.size: h for h in heads}
    tree, position = Tree(), 0
    partner_root = b""
    async with record.connection() as connection, aclosing(audit_tree.by_position(connection)) as leaves:
        async for leaf_position, leaf in leaves:
            if leaf_position != position or leaf is None:
                return Verdict(count, 0, unsealed, f"position {position}: the sealed row is missing")
            tree.append(leaf)
            position += 1
            if partner_head and partner_head[0] == position:
                partner_root = tree.root()
            head = waiting.pop(position, None)
            if head is None:
                continue
            try:
                public.verify(head.signature, _signed(head.size, head.root, head.at))
            except InvalidSignature:
                return Verdict(count, 0, unsealed, f"head {head.size}: its signature does not fit")
            if head.root != tree.root():
                return Verdict(
                    count, 0, unsealed, f"head {head.size}: rows before it were changed or reordered"
                )
    if waiting:
        return Verdict(count, 0, unsealed, f"head {min(waiting)}: the log ends before it at row {position}")
    if heads and heads[-1].size != position:
        return Verdict(count, 0, unsealed, f"position {heads[-1].size}: a sealed row has no signed head")
    if partner_head and partner_root != partner_head[1]:
        return Verdict(count, 0, unsealed, f"the partner's head {partner_head[0]} does not fit this log")
    return Verdict(count, len(heads), unsealed)
