"""The operator's pages: how runs, feeds, readers, receivers and subscribers are doing, as pictures."""
