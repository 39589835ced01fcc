"""The report of a segmented video, for readers who never open the dashboard: HTML and PDF of one document."""
