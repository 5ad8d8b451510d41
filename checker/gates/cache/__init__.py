"""Results of earlier searches, found again by the content of all that they depend on."""
