"""Texts and generated tasks. Nothing here is downloaded."""
