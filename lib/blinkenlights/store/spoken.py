"""Whether anybody ever spoke with us at an address, which outlives each connection to it."""


class Spoken:
    """Whether whoever listens at the address of a store has answered as a store does.

    A connection that breaks before that may have met a port that speaks TLS, or the other way
    round. Later that is no advice: what worked once was written down right.
    """

    def __init__(self) -> None:
        self.answered = False
