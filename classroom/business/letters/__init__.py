"""Letters: mail and faxes taken in, sorted, queued, handed to desks, answered."""
