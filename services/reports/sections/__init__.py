"""The sections of the document, one small module each: a Subject in, a Section out (or None when it has nothing)."""
