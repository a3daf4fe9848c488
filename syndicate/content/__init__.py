"""From a file on disk to a Post: scan, read, split, and the site's dialect."""
