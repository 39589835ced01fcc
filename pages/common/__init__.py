"""What all pages share: links, session state, caches, charts, formats, widgets."""
