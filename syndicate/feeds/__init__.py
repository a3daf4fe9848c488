"""From Posts to Documents: terms, the plan of feeds, entries, formats, assembling. Pure."""
