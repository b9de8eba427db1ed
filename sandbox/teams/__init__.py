"""The Teams side of the sandbox: a Bot Connector that enforces Teams' rules, and the client that people use."""
