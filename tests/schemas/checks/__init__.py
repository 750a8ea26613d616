"""Tests of the R4 check."""
