"""A slow, plain implementation of the scheme `huntbook-v1`, from its text alone.

It is for reading and for checking, not for use: it is slow, and its running time tells of its secrets.
"""
