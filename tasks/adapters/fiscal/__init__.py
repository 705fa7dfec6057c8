"""The fiscal review: what comes in, what is kept, what is printed, without Prefect."""
