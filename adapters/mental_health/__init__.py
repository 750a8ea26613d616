"""Mental health: the provider's live record system, and its monthly return in the vocabulary of MHSDS."""
