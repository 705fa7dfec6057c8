"""What stands in the README of a sample: what is in it, and how to check it without this program."""

# Run inside the folder of a case; it needs nothing but Python.
CHAIN_CHECK = """\
import hashlib, json

FIELDS = ("process", "case_id", "seq", "at", "occurred_at", "event", "actor", "state_from", "state_to", "payload",
          "prev_hash")
before = "0" * 64
for line in open("events.jsonl", encoding="utf-8"):
    event = json.loads(line)
    text = json.dumps([event[name] for name in FIELDS], separators=(",", ":"), ensure_ascii=False)
    assert event["prev_hash"] == before, f"event {event['seq']} does not follow the one before it"
    before = hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert event["hash"] == before, f"event {event['seq']} was changed"
print("The chain holds. Its last hash is", before)
"""

_TEXT = """\
A SAMPLE OF CASES WITH ALL THEIR EVIDENCE

What was drawn
  {drawn} of {population} cases of “{process}”{which}, by the seed “{seed}”.
  draw.json says how, population.txt lists every case that could have been drawn. The same seed on the same records
  gives this very file again, byte for byte. Times that run on (days by holder) are counted to {as_of}, the moment of
  the last event of all cases.
{holds}
What is in it
  cases/ID/case.json        the case as “steward show” prints it, and whether it is under a legal hold
  cases/ID/events.jsonl     every event in order, with its hash and the hash before it
  cases/ID/signatures/      each signature (.json) and, byte for byte, what the signer was shown (.shown.json)
  cases/ID/packets/         the facts that the rules saw, named by their SHA-256
  cases/ID/documents/       every PDF that was issued, named by its number
  cases/ID/scans/           every file that came in for the case, with the beginning of its SHA-256
  cases/ID/records/         the rows of the database that belong to the case
  cases/ID/MISSING.txt      only where a file that the records name is not in the store
  policies/                 the policies that were decided by, named by their SHA-256
  MANIFEST                  the SHA-256 of every file

How to check it by hand
  1. Files:       sha256sum -c MANIFEST
  2. Packets:     the SHA-256 of a file in packets/ or policies/ is its name.
  3. Signatures:  the SHA-256 of ID.shown.json is “shown_sha256” in ID.json, and stands as payload.signed.shown in the
                  events that name the signature.
  4. Documents:   the SHA-256 of a PDF is “sha256” of its number in records/stored_document.jsonl. What it prints about
                  itself is checked by “steward verify FILE.pdf”.
  5. Chain:       an event's hash is the SHA-256 of a JSON list of its fields, from process to prev_hash in this order,
                  without blanks, in UTF-8. The first prev_hash is 64 zeros. In the folder of a case, run this with
                  Python:

{check}
  6. Head:        the last hash is “head_hash” in records/{cases}.jsonl, and the checkpoint that follows it attests
                  it: “steward audit verify --anchor FILE” with a copy of checkpoints.jsonl that was kept elsewhere.
  7. Draw:        random.Random(SHA-256 of the seed, in hexadecimal).sample(lines of population.txt, {drawn}) in Python
                  gives the ids of draw.json.

The sample holds personal data of staff and providers. Keep it as you keep audit papers.
"""


def readme(*, holds: int, which: str, **facts: object) -> str:
    """The text for one sample."""
    said = f"\nLegal hold\n  {holds} of these cases are under a legal hold: case.json says since when and why.\n"
    check = "".join(f"    {line}\n" if line else "\n" for line in CHAIN_CHECK.splitlines())
    return _TEXT.format(holds=said if holds else "", which=f" {which}" if which else "", check=check, **facts)
