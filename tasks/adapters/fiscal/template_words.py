"""The words of the financial report's template: what stands beside each box, and how it is filled in."""

FILL_IN_SHEET = "How to fill this in"
SUMS = "Sum of the lines below"

HEAD_HINTS = {
    "contract_no": "Filled in by the office.",
    "month": "Filled in by the office: the month that this report is about.",
    "revision": "Filled in by the office: 1, or higher where you correct a report that you sent before.",
    "certified_by": "Name and title of the person who certifies that this report agrees with your books.",
    "paid_fte": "Full-time equivalents that you paid this month, for example 2.5.",
    "reason": "Where you were asked for the reason of a variance of the whole budget: one or two sentences.",
}
LINE_HINTS = {
    "current": "What this line cost in the month, paid or not. 0.00 where nothing was spent; a credit has a minus.",
    "ytd": "What your books say was spent on this line from 1 July to the end of the month.",
    "balance": "What your books say is left of this line's budget.",
    "reason": "Why this line is far above or below what was planned, where you were asked.",
}
FILL_IN = (
    "Fill in the yellow boxes only, on the sheets Report and Lines. Do not rename sheets, labels, columns or lines.",
    "1. On the sheet Report, write who certifies the report, how many full-time equivalents were paid, and the reason "
    "of a variance where you were asked for one.",
    "2. On the sheet Lines, each row is one line of your budget. Write what was spent this month on every line, 0.00 "
    "where nothing was, then the year to date and the balance as they stand in your books.",
    "3. The two columns on the right and the row at the top are worked out by Excel. A box turns red where your number "
    "differs from them. Check it; if your books say so, leave it and write the reason.",
    "4. In the last row, write the totals of this month, of the year to date and of the balance.",
    "5. Type every amount as a number. A formula is not taken, since its result can change after you sent the file.",
    "6. Do not hide rows or columns, add rows of sums, or move amounts to other columns.",
    "7. Earlier months are as you reported them last. To correct one, ask the office for the template of that month.",
    "8. Save the file as an Excel workbook (.xlsx) without a password and without macros, and send it with the general "
    "ledger of the month. If something is wrong, you get one list with the sheet and cell of each mistake, and nothing "
    "is taken until all of it is right.",
)
