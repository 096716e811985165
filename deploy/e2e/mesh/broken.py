"""A promise is kept, or says what happened instead."""


class Broken(Exception):
    """A promise that was not kept; its text says what happened instead."""


def require(good, complaint):
    if not good:
        raise Broken(complaint)
