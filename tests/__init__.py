"""The tests, as one package: a library that brings one of the same name does not take its place."""
