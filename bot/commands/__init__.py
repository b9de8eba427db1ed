"""What the hub does when somebody asks: one module a subject, plain functions from a turn to an answer."""
