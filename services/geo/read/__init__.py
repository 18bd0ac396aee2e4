"""The read face that portals know: communes, EPCI, départements, régions as geo.api.gouv.fr gives them."""
