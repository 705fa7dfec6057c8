"""Whether a key holds, and whether its program may send now: asked with each request, so answered from memory."""

import hmac
import threading
import time
from dataclasses import dataclass, field

from models.hotline.open311_policy import Open311Policy
from models.shared.documents import sha256
from tasks.adapters.database import reading
from tasks.adapters.hotline.open311_keys import keys_that_hold
from tasks.adapters.settings import settings

# A key that was revoked holds for so long at most.
FRESH_SECONDS = 1.0
_NOTHING = 1e-6


@dataclass
class Keys:
    """The keys in use as they were read last, by hash; read anew each second, and where one is not found."""

    _known: dict[str, str] = field(default_factory=dict)
    _read: tuple[str, float] = ("", 0.0)
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def known(self, key: str) -> str | None:
        """The id of a key that held within the last second; None where the database must be asked."""
        return self._find(sha256(key)) if self._is_fresh() else None

    def find(self, key: str) -> str | None:
        """The id of a key that holds, as the database said within a second; of several the first one reads for all."""
        with self._reading:
            if self.known(key) is None:
                self._load()
        return self._find(sha256(key))

    def _find(self, hashed: str) -> str | None:
        # Hashes are compared; how long that takes tells nothing of a key.
        return next((key_id for known, key_id in self._known.items() if hmac.compare_digest(known, hashed)), None)

    def _is_fresh(self) -> bool:
        database, at = self._read
        return database == settings().database and time.monotonic() - at < FRESH_SECONDS

    def _load(self) -> None:
        with reading() as session:
            self._known = keys_that_hold(session)
        self._read = settings().database, time.monotonic()


@dataclass
class Buckets:
    """How much each key may still send: `burst` at once, refilled by `per_minute`. Each process keeps its own."""

    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key_id: str, policy: Open311Policy, now: float) -> int:
        """0 where one more may be sent, which is counted; else in how many seconds to try again. `now` in seconds."""
        each_second = policy.per_minute / 60
        with self._counting:
            left, at = self._left.get(key_id, (float(policy.burst), now))
            left = min(float(policy.burst), left + (now - at) * each_second)
            # A sum of small parts may fall short of the whole by nothing.
            may = left > 1 - _NOTHING
            self._left[key_id] = (left - 1 if may else left), now
        return 0 if may else max(1, -int(-(1 - left) // each_second))
