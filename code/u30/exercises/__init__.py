"""The exercises, one file each; `u30.learn.parse` reads them without importing them."""
