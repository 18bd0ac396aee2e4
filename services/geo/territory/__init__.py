"""Answers about territories and communes, from the Atlas alone: facts, checks, groups, places, structures."""
