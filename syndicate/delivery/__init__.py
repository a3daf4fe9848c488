"""From Documents to the world: what is due, put in place, and told to others."""
