"""From the body of a post to HTML that is safe, absolute and legal in XML. Pure."""
