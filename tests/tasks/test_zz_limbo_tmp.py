from tests.tasks.test_exports_signed import *
from tests.regroupings import HEADER
def test_limbo(office):
    other = award(4, "7,000.50", MILL).replace(",SBS,", ",DYCD,")
    two = award(2, "9,000", LOOM).replace(",SBS,", ",DYCD,").replace(",Local,", ",Other,")
    import_awards(office.folder, AWARDS[0], two, AWARDS[2], other); office.look()
    import_awards(office.folder, AWARDS[0], award(2, "9,500", LOOM), AWARDS[2], AWARDS[3]); f = office.look()
    print({k: (amounts(v), v["tender"]["status"]) for k, v in f.items()})
    office.act("m.ortiz", FOR_LOOM, "awards_regrouped", WHY, awards="FY27 00002")
    import_awards(office.folder, AWARDS[0], award(2, "9,100", LOOM, conduit="971000003"), AWARDS[2], AWARDS[3]); f = office.look()
    print({k: (amounts(v), v["tender"]["status"]) for k, v in f.items()})
    import_awards(office.folder, AWARDS[0], award(2, "9,100", LOOM), AWARDS[2], AWARDS[3]); f = office.look()
    import_awards(office.folder, AWARDS[0], AWARDS[2], AWARDS[3]); f = office.look()
    import_awards(office.folder, *AWARDS); f = office.look()
    print({k: (amounts(v), v["tender"]["status"]) for k, v in f.items()})
