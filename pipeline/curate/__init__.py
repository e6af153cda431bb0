"""Reposts for a curator: folded alone, looked through, cut elsewhere, listed to keep or drop."""
