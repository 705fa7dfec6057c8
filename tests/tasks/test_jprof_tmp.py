import time, cProfile, pstats, os
import pytest
from tests.attacks import *
from tests.signers import credential
from models.shared.signing import Item
@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
def test_prof(home, tmp_path):
    open_desk(tmp_path)
    from tasks.adapters import decisions
    def one(k):
        item = Item(CASE, "orientation_attended", {"on":"2026-08-03","value":str(k)})
        a=asked(item)
        t=time.process_time(); sh=decisions.show(a).sha256(); t1=time.process_time()
        who=credential("m.ortiz"); t2=time.process_time()
        decisions.decide(a, sh, who, "desk"); t3=time.process_time()
        return t1-t,t2-t1,t3-t2
    for k in range(3): one(k)
    r=[one(100+k) for k in range(30)]
    print([round(1000*sum(x[i] for x in r)/len(r),2) for i in range(3)])
    p=cProfile.Profile(); p.enable()
    for k in range(30): one(200+k)
    p.disable()
    pstats.Stats(p).sort_stats("cumtime").print_stats(45)
