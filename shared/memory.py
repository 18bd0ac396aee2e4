"""What a process holds for good is set aside from the garbage collector's rounds."""

import gc


def settle() -> None:
    """Stop the collector from walking what is loaded now; call it once a large immutable value is in place.

    Measured: a diagnostic of 74 communes beside the Atlas took 25.6 ms, and 10.6 ms with it settled, since each
    full round walks the 35,000 communes. What a later load replaces is freed by its reference count as before.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
