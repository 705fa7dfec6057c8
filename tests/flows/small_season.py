"""A few invented awards, trackers and scans: enough for every kind of effect, small enough to run often."""

from pathlib import Path

LIST = """MOCS ID#,Fiscal Year,Source,Council Member,Legal Name,Tax ID,Status,Amount,Agency,Program Name,City,State
FY27 00001,2027,Local,Invented,"Alder Works, Inc.",971000001,Cleared,20000,SBS,Cooperative help,New York,NY
FY27 00003,2027,Local,Invented,"Cedar Market, Inc.",971000003,Cleared,150000,SBS,Market,New York,NY
FY27 00005,2027,Local,Invented,"Elm Hall, Inc.",971000005,Cleared,10000,SBS,Hall,New York,NY
FY27 00004,2027,Local,Invented,"Dogwood School, Inc.",971000004,Cleared,5000,DYCD,School,New York,NY
"""
STEPS = """Contract,Step,Date,Value,Reason
R27-971000001,orientation attended,2026-10-01,,
R27-971000003,filed,2026-10-01,,too early on purpose
R27-971000005,withdrawn,2026-10-01,,the provider declines
"""
DOCUMENTS = """Owner,Document,Reported on,Signed on,Expires on,File
971000001,liability_insurance,2026-10-01,,2027-09-30,alder_insurance.pdf
971000003,workers_compensation,2026-10-01,,2026-11-01,
"""


def fill_inbox(home: Path) -> None:
    """Lay one file of each kind into the inbox."""
    for kind, name, text in (
        ("awards", "list.csv", LIST),
        ("registration-steps", "steps.csv", STEPS),
        ("documents", "documents.csv", DOCUMENTS),
        ("scans", "alder_insurance.pdf", "%PDF-1.4\n% an invented scan\n%%EOF\n"),
    ):
        folder = home / "inbox" / kind
        folder.mkdir(parents=True)
        (folder / name).write_text(text)
