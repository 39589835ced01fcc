"""Home: what is going on, and what comes next?"""
