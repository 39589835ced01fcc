"""Networks leave and come: files for other programs with a card, and bundles for another segcore."""
