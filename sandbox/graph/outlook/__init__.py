"""The sandbox's Exchange: mailboxes with calendars, as Graph shows them to an app of its own."""
