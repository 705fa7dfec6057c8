import os, re, time, json
from pathlib import Path
from tests.payment_machine import Season
from tests.payment_oracle import rows, TABLES
from tests.deciding_oracle import Violation

def dump(why):
    m=re.search(r"R27-97\d{7}(-\d+)?", str(why))
    if not m: return
    c=m[0][:13]
    print("VIOLATION", why)
    for r in rows("case_event", f"where case_id like '{c}%' order by at, case_id, seq"):
        print(r["case_id"], r["seq"], str(r["at"])[:10], r["event"], r["state_from"],'>',r["state_to"], r["payload"][:400])
    for t in TABLES:
        for r in rows(t, f"where {'voucher_no' if t=='voucher_payment' else 'case_id'} like '{c}%'"):
            if t!="requisition_revision": print(t, {k:str(v) for k,v in r.items() if k not in("body","packet","head_hash","vendor_ein","vendor_name","signature","contract_id","fiscal_year")})
            else: print(t, r["revision"], r["received_on"], [(l["no"],l["budget_line"],l["amount_cents"],l["evidence"],l["credit_of"]) for l in json.loads(r["body"])["lines"]])
    for r in rows("payment_fact", f"where subject like '{c}%' order by recorded_at"):
        b=json.loads(r["body"]); print("fact", str(r["recorded_at"])[:10], {k:v for k,v in b.items() if v not in (None,"",[])})
    for r in rows("fiscal_year_budget", f"where contract_id = '{c}'"): print([(l["no"],l["amount_cents"]) for l in json.loads(r["body"])["lines"]])

def test_try(home: Path, tmp_path: Path):
    n=int(os.environ.get("N","30")); f=int(os.environ.get("F","0"))
    s=Season(tmp_path, f, n)
    t=time.process_time(); s.open(); print("open", time.process_time()-t)
    t=time.process_time()
    try:
        s.play()
    except Exception as v:
        dump(v); raise
    finally:
        print("play", time.process_time()-t); print(dict(sorted(s.counts.items()))); print(dict(sorted(s.desk.counts.items())))
