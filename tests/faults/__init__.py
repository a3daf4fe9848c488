"""Faults that other programs shipped, each as a test of the whole program that must never have it."""
