"""Everything else, by apprise: each message in a process of its own, which is ended when it hangs.

Importing apprise takes 0.3 s and its services block: neither belongs into a daemon that tells many.
"""
