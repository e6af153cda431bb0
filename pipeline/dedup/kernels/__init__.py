"""The loops of repost search, compiled by numba; a file holds what is inlined into one another.

Numba's cache does not notice a change in another file.
"""
