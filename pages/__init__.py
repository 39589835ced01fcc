"""The dashboard's pages. A folder is a route: `page.py` is what is drawn, its panels stand beside it."""
