"""Forward and backward passes as plain functions on NumPy arrays. No autograd in here."""
