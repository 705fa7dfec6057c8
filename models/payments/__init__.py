"""Payments: a requisition is reviewed line by line, and the days run by which it must be paid."""
