"""The Teams side of the hub: HTTP entry, who is asking, verbs to commands, sending, the worker, the wiring."""
