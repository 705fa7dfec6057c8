"""What an auditor takes away: who signed what, who has access, what was out of the ordinary, and the evidence of it."""
