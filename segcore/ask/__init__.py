"""Questions in SQL to the tables of results: read only, in a process of their own. The only room that opens DuckDB."""
