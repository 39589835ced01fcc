"""A result to take along: one ZIP with video, report, tables, charts, masks, and how it all was made."""
