"""The words of the requisition template: what stands beside each box, and how it is filled in."""

from models.payments.forms import Evidence

FILL_IN_SHEET = "How to fill this in"
EVIDENCE = tuple(map(str, Evidence))

HEAD_HINTS = {
    "contract_no": "Filled in by the office.",
    "number": "Filled in by the office.",
    "revision": "Filled in by the office: 1, or higher where an earlier one was returned to you.",
    "invoice_no": "Your own number. Each invoice needs a new one, except one that was returned to you.",
    "invoice_date": "The day on which you make this invoice, for example 10/05/2026.",
    "service_from": "First day of the services that you claim.",
    "service_to": "Last day of the services that you claim.",
    "place": "Where the services were given: name or address, and borough.",
    "description": "One sentence: what was done, and for whom.",
    "payee_address": "The address to which the City pays, as it stands in your payee (PIP) account.",
    "total": "Type the sum of all lines as a number. It must agree with the sum below.",
    "is_contract_change": "Yes only where you claim for a change of the contract. Empty means no.",
    "sum": "Excel works this out from the sheet Lines.",
}
LINE_HINTS = {
    "amount": "Dollars and cents, typed, not a formula. Below zero only to give money back (a credit).",
    "sales_tax": "Sales tax within the amount. The City does not pay sales tax.",
    "description": "What was bought or done.",
    "supplier": "The consultant or subcontractor, as the agency approved it.",
    "units": "How many units were delivered, where the line is paid by the unit.",
    "service_from": "Only where the line's days differ from those on the sheet Requisition.",
    "service_to": "Only where the line's days differ from those on the sheet Requisition.",
    "credit_of": "For a credit: the number of the invoice that claimed this money.",
}
FILL_IN = (
    "Fill in the yellow boxes only, on the sheets Requisition and Lines. Do not rename sheets, labels or columns.",
    "1. On the sheet Requisition, fill in your invoice: its number and date, the first and last day of services, the "
    "place, what was done, the address to be paid, and the total.",
    "2. On the sheet Lines, each row is one line of your budget. It shows the budget, what was approved so far, and "
    "what is left. Write what you claim now under Amount. Leave the row empty where you claim nothing.",
    "3. Choose yes under each kind of paper that you send with the line. Salaries need the payroll register and time "
    "records; fringe benefits the payroll register; goods, rent and services a vendor bill and proof of payment; "
    "equipment an inventory report as well.",
    "4. Name the consultant or subcontractor under Supplier. The agency must have approved it before the work began.",
    "5. Where a line is paid by the unit, write how many units were delivered.",
    "6. To give money back, use one of the free rows at the end: choose the budget line, write the amount with a minus "
    "sign, and write the number of the earlier invoice under Credit of invoice.",
    "7. Use a free row also for a second supplier or a second purchase on the same budget line.",
    "8. Type every amount as a number. A formula is not taken, since its result can change after you sent the file.",
    "9. Check that the total on the sheet Requisition agrees with the sum of the lines below it.",
    "10. Save the file as an Excel workbook (.xlsx) without a password and without macros, and send it with your "
    "papers. If something is wrong, you get one list with the sheet and cell of each mistake, and nothing is taken "
    "until all of it is right.",
)
